using CrStream.Cli;

using var signals = new Signals();
signals.Listen();
return await new CommandLine(new Host
{
    Out = Console.Out,
    Error = Console.Error,
    OutIsTerminal = !Console.IsOutputRedirected,
    ErrorIsTerminal = !Console.IsErrorRedirected,
    OpenEngine = directories => new EngineAdapter(directories),
    Voice = new(Console.Error),
    Signals = signals,
}).RunAsync(args);
