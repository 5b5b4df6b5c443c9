namespace CrStream.Cli;

/// <summary>What the command ends with; see docs/command.md. A foreground restore ends with the process's own code.</summary>
internal static class ExitCode
{
    /// <summary>It is done.</summary>
    public const int Done = 0;

    /// <summary>It failed: a target goes on unharmed, no image is visible, no restored task is left.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a file that it names is not usable.</summary>
    public const int Usage = 2;

    /// <summary>A signal ended it early: 128 and SIGINT, as shells have it; also for the other signals that end it.</summary>
    public const int Interrupted = 130;
}
