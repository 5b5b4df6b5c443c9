using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CrStream.Cli;

/// <summary>The command as a whole: its sub-commands, and the one place where it ends.</summary>
internal sealed class CommandLine
{
    private readonly Host host;
    private readonly CommonOptions common = new();
    private readonly RootCommand root;

    public CommandLine(Host host)
    {
        this.host = host;
        root = new("Checkpoints running Linux processes into one stream, and restores them from it.")
        {
            new CheckpointCommand(host, common),
            new RestoreCommand(host, common),
            new InspectCommand(host, common),
            new VerifyCommand(host, common),
            new DoctorCommand(host),
            new PluginsCommand(host, common),
            new KeygenCommand(host, common),
            new DemoCommand(host),
        };
        root.Options.Add(common.Verbose);
        root.Options.Add(common.PluginDirectories);

        // Without the aliases with a slash, which look like paths here.
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Options.Add(new HelpOption("--help", "-h") { Action = new HelpWithExamples(new HelpAction(), host.Out) });
    }

    /// <summary>Runs a command line, and gives the code to end with.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = root.Parse(arguments.Count > 0 ? arguments : ["--help"]);
        host.Voice.Verbose = parsed.GetValue(common.Verbose);
        if (parsed.Action is ParseErrorAction)
        {
            return Refuse(parsed);
        }

        // The command listens to signals itself: a frozen process must be let go before it ends.
        var invocation = new InvocationConfiguration
        {
            Output = host.Out,
            Error = host.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            var code = await parsed.InvokeAsync(invocation, host.Signals.Token);
            await host.Out.FlushAsync();
            return arguments.Count > 0 ? code : ExitCode.Usage;
        }
        catch (Exception caught)
        {
            return host.Voice.Report(caught, host.Signals.Token.IsCancellationRequested);
        }
    }

    private int Refuse(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var name = command == root ? "crstream" : $"crstream {command.Name}";
        var message = parsed.UnmatchedTokens is [var unknown, ..] ? $"there is no {(command == root ? "command" : "option or argument")} \"{unknown}\"" : parsed.Errors[0].Message.TrimEnd('.');
        host.Voice.Error(char.ToLowerInvariant(message[0]) + message[1..], $"see {name} --help");
        return ExitCode.Usage;
    }
}
