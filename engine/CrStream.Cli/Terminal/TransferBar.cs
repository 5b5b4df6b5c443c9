using CrStream.Engine;
using Spectre.Console;

namespace CrStream.Cli;

/// <summary>Shows how far an operation is, on a terminal, once it has taken a second.</summary>
internal sealed class TransferBar(Host host) : IProgress<TransferProgress>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private TransferProgress latest = new("begin", 0, 0);

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        lock (gate)
        {
            latest = value;
        }
    }

    /// <summary>Waits for the operation that reports here, and gives its result.</summary>
    public async Task<T> ShowAsync<T>(Task<T> operation)
    {
        if (!host.ErrorIsTerminal || await Task.WhenAny(operation, Task.Delay(Patience)) == operation)
        {
            return await operation;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(host.Error) });
        await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(context => FollowAsync(context.AddTask("begin"), operation));
        return await operation;
    }

    private async Task FollowAsync(ProgressTask bar, Task operation)
    {
        while (!operation.IsCompleted)
        {
            TransferProgress now;
            lock (gate)
            {
                now = latest;
            }

            bar.Description = now.Phase;
            bar.IsIndeterminate = now.ExpectedBytes <= 0;
            bar.MaxValue = Math.Max(1, Math.Max(now.ExpectedBytes, now.Bytes));
            bar.Value = now.Bytes;
            await Task.WhenAny(operation, Task.Delay(Interval));
        }
    }
}
