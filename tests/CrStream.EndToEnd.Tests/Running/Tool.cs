namespace CrStream.EndToEnd.Tests.Running;

/// <summary>Runs a command to its end.</summary>
internal static class Tool
{
    public static Finished Run(string directory, string program, params string[] arguments)
    {
        using var command = RunningCommand.Start(directory, program, arguments);
        return command.Wait(300);
    }

    /// <summary>Runs a line of shell that fails where any part of a pipe fails.</summary>
    public static Finished Shell(string directory, string line) => Run(directory, "/bin/bash", "-c", $"set -eo pipefail; {line}");
}
