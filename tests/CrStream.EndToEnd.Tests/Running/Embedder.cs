namespace CrStream.EndToEnd.Tests.Running;

/// <summary>
/// A program of its own that embeds the engine, started once for all tests: it makes rounds at a tenth of the price of
/// commands, and shows that an engine that has done much still works.
/// </summary>
internal sealed class Embedder
{
    private static readonly Lazy<Embedder> Shared = new(() => new());

    private readonly RunningCommand program = RunningCommand.Start(
        Repository.Root,
        Path.Combine(Repository.Root, "artifacts", "bin", "CrStream.Embedder", Path.GetFileName(Path.GetDirectoryName(Repository.Command)!), "CrStream.Embedder"),
        Path.GetDirectoryName(Repository.Command)!);

    /// <summary>Checkpoints a target, ends it, and restores it under its own pid.</summary>
    public static void Round(Target target)
    {
        Shared.Value.Ask($"checkpoint {target.Pid} {target.Image}");
        Assert.True(Patience.Until(() => !target.IsAlive, 5), "the process is still there");
        Shared.Value.Ask($"restore {target.Image}");
        Assert.True(target.IsAlive, "the restored process is not there");
        File.Delete(target.Image);
    }

    private void Ask(string request)
    {
        program.Input.WriteLine(request);
        program.Input.Flush();
        var answer = program.Output.ReadLineAsync();
        Assert.True(answer.Wait(TimeSpan.FromSeconds(90)), $"no answer to {request}");
        Assert.True(answer.Result == "ok", $"{request}: {answer.Result}");
    }
}
