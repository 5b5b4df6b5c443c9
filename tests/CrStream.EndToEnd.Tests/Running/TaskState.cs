namespace CrStream.EndToEnd.Tests.Running;

/// <summary>What /proc says of processes and threads.</summary>
internal static class TaskState
{
    /// <summary>Has a thread that is more than a zombie; the first one may have ended.</summary>
    public static bool IsAlive(int pid) => Threads(pid).Any(path => StateOf($"{path}/stat") is not ('\0' or 'Z' or 'X'));

    /// <summary>Is traced by somebody.</summary>
    public static bool IsTraced(int pid) => Line($"/proc/{pid}/status", "TracerPid:") is not ("" or "0");

    /// <summary>The threads that are stopped although nobody traces them (or the tracer is gone), each with its state.</summary>
    public static IReadOnlyList<string> Stopped(int pid) =>
        [.. Threads(pid).Where(path => StateOf($"{path}/stat") is 't' or 'T').Select(path => $"{Path.GetFileName(path)}: {Line($"{path}/status", "State:")}")];

    /// <summary>Is stopped with all its threads, by job control rather than by a tracer.</summary>
    public static bool AreAllStopped(int pid) => Threads(pid) is { Count: > 0 } threads && threads.All(path => StateOf($"{path}/stat") == 'T');

    public static IReadOnlyList<string> Threads(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>All processes that work in a directory or below: a target, its restored selves, and what a restore left of them.</summary>
    public static IReadOnlyList<int> WorkingIn(string directory) =>
        [.. Directory.GetDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
            .Where(pid => pid > 1 && pid != Environment.ProcessId && Threads(pid).Any(thread => WorkingDirectory(thread).StartsWith(directory, StringComparison.Ordinal)))];

    private static string WorkingDirectory(string thread)
    {
        try
        {
            return File.ResolveLinkTarget($"{thread}/cwd", false)?.FullName ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static char StateOf(string path)
    {
        var text = Read(path);
        var end = text.LastIndexOf(')');
        return end < 0 || end + 2 >= text.Length ? '\0' : text[end + 2];
    }

    /// <summary>What a file says behind a key; empty where there is none.</summary>
    public static string Line(string path, string key) =>
        Read(path).Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim() ?? "";

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
