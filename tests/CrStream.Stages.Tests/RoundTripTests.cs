using CrStream.Abstractions;
using CrStream.Age;
using CrStream.Lz4;
using CsCheck;

namespace CrStream.Stages.Tests;

public sealed class RoundTripTests
{
    private static readonly KeyPair Key = new AgeKeyGenerator().Generate();

    private static readonly Gen<(int Length, int Seed, int BlockSize, int Parallelism)> Cases
        = Gen.Select(Gen.Frequency((3, Gen.Int[0, 200_000]), (1, Gen.Int[0, 3 << 20])), Gen.Int, Gen.Int[500, 300_000], Gen.Int[1, 8]);

    [Fact]
    public void Lz4_of_any_length_in_blocks_of_any_length_comes_back() => RoundTrips(new Lz4Stage());

    [Fact]
    public void Age_of_any_length_in_blocks_of_any_length_comes_back() => RoundTrips(new AgeStage());

    private static void RoundTrips(IStage stage) => Cases.Sample(
        (length, seed, blockSize, parallelism) =>
        {
            var settings = new StageSettings { Parallelism = parallelism, Recipients = [Key.Recipient], Identities = [Key.Identity] };
            var bytes = StageRun.SomeBytes(length, seed);
            var wrapped = StageRun.WrapAsync(bytes, settings, stage).GetAwaiter().GetResult();
            return StageRun.UnwrapAsync(wrapped, settings, stage, blockSize).GetAwaiter().GetResult().AsSpan().SequenceEqual(bytes);
        },
        iter: 60,
        threads: 1);
}
