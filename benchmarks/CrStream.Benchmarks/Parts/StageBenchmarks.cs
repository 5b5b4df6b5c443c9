using BenchmarkDotNet.Attributes;
using CrStream.Abstractions;
using CrStream.Engine;
using CrStream.Engine.Plugins;

namespace CrStream.Benchmarks.Parts;

/// <summary>The stages that the command loads, over 64 MiB, into nothing: alone and together, on one worker and on all.</summary>
[MemoryDiagnoser]
public class StageBenchmarks
{
    private const int Blocks = 64;

    private readonly byte[] bytes = RealisticBytes.Make(Block.UsualCapacity);
    private IReadOnlyList<IStage> stages = [];
    private StageSettings settings = new();

    /// <summary>Which stages, from the image outwards.</summary>
    [Params("lz4", "age", "lz4+age")]
    public string Stages { get; set; } = "";

    /// <summary>How many pieces are worked on at once; 0 for as many as there are processors.</summary>
    [Params(1, 0)]
    public int Parallelism { get; set; }

    /// <summary>Loads the stages.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var beside = Path.GetDirectoryName(Repository.Command)!;
        var catalog = new PluginCatalog(new(Path.Combine(beside, "plugins"), Path.Combine(beside, "stages"), []));
        stages = [.. Stages.Split('+').Select(catalog.StageNamed)];
        settings = new()
        {
            Recipients = Stages.Contains("age", StringComparison.Ordinal) ? [catalog.KeyGeneratorNamed("age").Generate().Recipient] : [],
            Parallelism = Parallelism == 0 ? Environment.ProcessorCount : Parallelism,
        };
    }

    /// <summary>Sends the blocks down the chain.</summary>
    [Benchmark]
    public async Task<long> Write()
    {
        await using var chain = new ByteChain(stages, settings, new Nothing(), CancellationToken.None);
        for (var i = 0; i < Blocks; i++)
        {
            await chain.SendAsync(Block.Copy(bytes));
        }

        await chain.CompleteAsync();
        return chain.StoredBytes;
    }

    private sealed class Nothing : IImageSink
    {
        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => default;

        public ValueTask CommitAsync(CancellationToken cancellation) => default;

        public ValueTask DisposeAsync() => default;
    }
}
