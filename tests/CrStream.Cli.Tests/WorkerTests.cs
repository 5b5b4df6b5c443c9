namespace CrStream.Cli.Tests;

public sealed class WorkerTests
{
    [Fact]
    public async Task Program_of_the_demo_runs_alone_and_prints_what_the_chain_computes()
    {
        var directory = Directory.CreateTempSubdirectory("crstream-worker-").FullName;
        var worker = await Worker.StartAsync(directory, TestContext.Current.CancellationToken);
        try
        {
            await worker.CountsToAsync(5, TestContext.Current.CancellationToken);
            var chain = new Chain();
            Assert.All(worker.Lines, line => Assert.Equal(chain.NextLine(), line));
            Assert.Equal(["0", "1", "2"], Directory.GetFiles($"/proc/{worker.Pid}/fd").Select(Path.GetFileName).Order());

        }
        finally
        {
            worker.Kill();
        }

        await Patience.UntilAsync(() => !worker.IsAlive, "the end", TestContext.Current.CancellationToken);
        Directory.Delete(directory, recursive: true);
    }
}
