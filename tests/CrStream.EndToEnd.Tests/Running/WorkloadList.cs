namespace CrStream.EndToEnd.Tests.Running;

/// <summary>The workloads: the programs of tests/workloads that end with the line <c>WORKLOAD(number of spoils)</c>.</summary>
internal static class WorkloadList
{
    /// <summary>What a checkpoint has to deny for now: these have tests of their own.</summary>
    private static readonly string[] Denied = ["vfork_wait"];

    public static IReadOnlyList<string> All { get; } =
        [.. Directory.GetFiles(Repository.WorkloadSources, "*.c").Where(IsWorkload).Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Restorable => All.Except(Denied);

    private static bool IsWorkload(string path) => File.ReadLines(path).Any(line => line.StartsWith("WORKLOAD(", StringComparison.Ordinal));
}
