using System.CommandLine;

namespace CrStream.Cli;

/// <summary>The options that every command takes.</summary>
internal sealed class CommonOptions
{
    /// <summary>Shows stack traces.</summary>
    public Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show the stack trace of an error",
        Recursive = true,
    };

    /// <summary>Further directories with plugins.</summary>
    public Option<string[]> PluginDirectories { get; } = new("--plugin-dir")
    {
        Description = "A further directory with plugins, one folder each; several may be given",
        HelpName = "DIRECTORY",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };
}
