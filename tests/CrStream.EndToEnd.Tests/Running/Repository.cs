namespace CrStream.EndToEnd.Tests.Running;

/// <summary>Where things stand in the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The command: <c>$CRSTREAM</c>, or the one of the tests' own configuration.</summary>
    public static string Command { get; } = FindCommand();

    public static string Workloads => Path.Combine(Root, "artifacts", "workloads");

    public static string WorkloadSources => Path.Combine(Root, "tests", "workloads");

    public static string Programs => Path.Combine(WorkloadSources, "programs");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "CrStream.sln")))
                return directory.FullName;
        throw new DirectoryNotFoundException($"no CrStream.sln above {AppContext.BaseDirectory}");
    }

    private static string FindCommand()
    {
        if (Environment.GetEnvironmentVariable("CRSTREAM") is { Length: > 0 } given)
            return given;
        var own = AppContext.BaseDirectory.Contains("/release/", StringComparison.Ordinal) ? "release" : "debug";
        foreach (var configuration in new[] { own, "release", "debug" })
        {
            var path = Path.Combine(Root, "artifacts", "bin", "CrStream.Cli", configuration, "crstream");
            if (File.Exists(path))
                return path;
        }

        throw new FileNotFoundException("crstream is not built; set CRSTREAM to its path");
    }
}
