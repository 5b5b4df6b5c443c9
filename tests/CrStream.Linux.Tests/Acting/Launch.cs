using System.Runtime.InteropServices;
using CrStream.Linux.Processes;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Tests.Acting;

/// <summary>
/// Starts programs by posix_spawn(3). Not by <see cref="System.Diagnostics.Process"/>: its SIGCHLD handler would take
/// the stops that a tracer in the same process waits for.
/// </summary>
internal static unsafe partial class Launch
{
    /// <summary>Starts a program and gives its pid.</summary>
    public static int Start(string path, params string[] arguments)
    {
        string?[] all = [path, .. arguments, null];
        var texts = all.Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        var variables = new[] { $"PATH={Environment.GetEnvironmentVariable("PATH")}", $"HOME={Environment.GetEnvironmentVariable("HOME")}", $"DOTNET_ROOT={Environment.GetEnvironmentVariable("DOTNET_ROOT")}", "LC_ALL=C", null }
            .Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        fixed (nint* list = texts)
        fixed (nint* environment = variables)
        {
            int pid;
            Assert.Equal(0, posix_spawnp(&pid, texts[0], 0, 0, list, environment));
            foreach (var text in texts.Concat(variables))
            {
                Marshal.FreeCoTaskMem(text);
            }

            return pid;
        }
    }

    /// <summary>Runs a program to its end, which must be a success.</summary>
    public static void Run(string path, params string[] arguments)
    {
        var end = Waiting.For(Start(path, arguments), Deadline.In(TimeSpan.FromSeconds(60)));
        Assert.True(end is { ExitCode: 0 }, $"{path} {string.Join(' ', arguments)}: {end}");
    }

    [LibraryImport("libc")]
    private static partial int posix_spawnp(int* pid, nint path, nint actions, nint attributes, nint* arguments, nint* environment);
}
