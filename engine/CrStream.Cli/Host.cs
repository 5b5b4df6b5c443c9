namespace CrStream.Cli;

/// <summary>What the command runs in: its streams, and the engine behind it.</summary>
internal sealed record Host
{
    /// <summary>Results go here.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, notes and progress go here.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether the standard output is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether the standard error is a terminal, and progress bars are shown.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The signals that end the command or go on to a restored process.</summary>
    public required Signals Signals { get; init; }

    /// <summary>Makes the engine, with these plugin directories besides its own.</summary>
    public required Func<IReadOnlyList<string>, IEngine> OpenEngine { get; init; }

    /// <summary>The voice on <see cref="Error"/>.</summary>
    public required Voice Voice { get; init; }
}
