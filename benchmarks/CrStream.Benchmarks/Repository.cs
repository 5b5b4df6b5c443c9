namespace CrStream.Benchmarks;

/// <summary>Where things stand in the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The command of the release build, which this project builds along; <c>$CRSTREAM</c> stands for another one.</summary>
    public static string Command { get; } =
        Environment.GetEnvironmentVariable("CRSTREAM") is { Length: > 0 } given ? given : Path.Combine(Root, "artifacts/bin/CrStream.Cli/release/crstream");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "CrStream.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no CrStream.sln above {AppContext.BaseDirectory}");
    }
}
