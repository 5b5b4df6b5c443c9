namespace CrStream.Cli.Tests;

/// <summary>Runs the command in this process, and keeps what it printed.</summary>
internal sealed class Session : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly List<string> temporary = [];

    public RecordingEngine Engine { get; init; } = new();

    /// <summary>What stands in the engine's place where the test brings its own.</summary>
    public IEngine? Other { get; init; }

    public Signals Signals { get; } = new();

    public bool OutIsTerminal { get; init; }

    public IReadOnlyList<string> PluginDirectories { get; private set; } = [];

    public string Out => output.ToString();

    public string Error => error.ToString();

    public Task<int> RunAsync(params string[] arguments) => new CommandLine(new Host
    {
        Out = output,
        Error = error,
        OutIsTerminal = OutIsTerminal,
        Signals = Signals,
        Voice = new(error),
        OpenEngine = directories =>
        {
            PluginDirectories = directories;
            return Other ?? Engine;
        },
    }).RunAsync(arguments);

    /// <summary>A file that only its owner can read.</summary>
    public string SecretFile(string text)
    {
        var path = Path.GetTempFileName();
        temporary.Add(path);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    public void Dispose()
    {
        temporary.ForEach(File.Delete);
        Signals.Dispose();
        output.Dispose();
        error.Dispose();
    }
}
