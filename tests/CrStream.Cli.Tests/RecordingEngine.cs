using CrStream.Abstractions;
using CrStream.Engine;

namespace CrStream.Cli.Tests;

/// <summary>Keeps what it is asked for, and answers with what the test put in.</summary>
internal sealed class RecordingEngine : IEngine
{
    public CheckpointRequest? Checkpoint { get; private set; }

    public RestoreRequest? Restore { get; private set; }

    public InspectRequest? Read { get; private set; }

    public Exception? Failure { get; init; }

    public ImageContents? Contents { get; init; }

    public RecordingProcess Process { get; } = new();

    public async Task<CheckpointResult> CheckpointAsync(CheckpointRequest request, CancellationToken cancellation)
    {
        Checkpoint = request;
        await Fail();
        return new(Guid.Parse("00112233445566778899aabbccddeeff"), request.Pid, 4, 52, 34 << 20, 9 << 20, TimeSpan.FromMilliseconds(12.4), TimeSpan.FromSeconds(1.25));
    }

    public async Task<IRestoredProcess> RestoreAsync(RestoreRequest request, CancellationToken cancellation)
    {
        Restore = request;
        await Fail();
        return Process;
    }

    public async Task<ImageContents> ReadAsync(InspectRequest request, CancellationToken cancellation)
    {
        Read = request;
        await Fail();
        return Contents!;
    }

    public IReadOnlyList<LoadedPart> Parts() =>
    [
        new("handler", "pipes", "pipes and FIFOs", "CrStream.Pipes 0.1.0", "/lib/CrStream.Pipes.dll"),
        new("stage", "lz4", "", "CrStream.Lz4 0.1.0", "/lib/CrStream.Lz4.dll"),
    ];

    public KeyPair CreateKey() => new("AGE-SECRET-KEY-1TEST", "age1test");

    public void Dispose()
    {
    }

    private Task Fail() => Failure is null ? Task.CompletedTask : Task.FromException(Failure);
}

/// <summary>A process that ends with a code, after a number of signals.</summary>
internal sealed class RecordingProcess : IRestoredProcess
{
    private readonly TaskCompletionSource<int> end = new();

    public List<int> SignalsSeen { get; } = [];

    public RestoredTree Tree { get; } = new(4711, 4, 34 << 20, TimeSpan.FromMilliseconds(60), parent: null);

    public void Signal(int number) => SignalsSeen.Add(number);

    public void End(int code) => end.SetResult(code);

    public Task<int> WaitAsync() => end.Task;

    public void Dispose()
    {
    }
}
