// CrStream.Embedder COMMAND-FOLDER: a program that embeds the engine, as .NET developers do, and lives through many
// checkpoints and restores. It reads requests from its standard input, one a line, and answers each with a line, which
// is "ok" or what went wrong:
//
//   checkpoint PID IMAGE    writes the image and ends the process
//   restore IMAGE           restores it, detached
//
// The plugins are those of the command in COMMAND-FOLDER.
using CrStream.Abstractions;
using CrStream.Engine;
using CrStream.Engine.Plugins;

using var engine = new CrStreamEngine(new PluginCatalog(new(Path.Combine(args[0], "plugins"), Path.Combine(args[0], "stages"), [])));
while (Console.ReadLine() is { } line)
{
    Console.WriteLine(await AnswerAsync(line.Split(' ', 3)));
}

async Task<string> AnswerAsync(string[] request)
{
    try
    {
        switch (request)
        {
            case ["checkpoint", var pid, var image]:
                await engine.CheckpointAsync(new() { Pid = int.Parse(pid), Destination = image, Kill = true }, CancellationToken.None);
                break;
            case ["restore", var image]:
                using (await engine.RestoreAsync(new() { Source = image, Detach = true }, CancellationToken.None))
                {
                    break;
                }

            default:
                return $"not a request: {string.Join(' ', request)}";
        }

        return "ok";
    }
    catch (CrStreamException failure)
    {
        return failure.Message.ReplaceLineEndings(" ");
    }
}
