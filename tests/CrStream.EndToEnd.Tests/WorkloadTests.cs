using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>The workloads themselves, without a checkpoint: they are satisfied when nothing happens, and notice every loss.</summary>
public sealed class WorkloadTests
{
    public static TheoryData<string> Names => [.. WorkloadList.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_workload_is_satisfied_when_nothing_happens(string name)
    {
        using var target = Target.StartWorkload(name);
        target.MustBeOkAndGoOn();
        target.MustBeOkAndGoOn();
        target.MustBeOk();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_workload_notices_every_loss(string name)
    {
        var program = Path.Combine(Repository.Workloads, name);
        var spoils = int.Parse(Tool.Run(Repository.Root, program, "--spoils").MustSucceed().Output);
        Parallel.For(1, spoils + 1, new ParallelOptions { MaxDegreeOfParallelism = 4 }, spoil =>
        {
            using var target = Target.StartWorkload(name, spoil: spoil);
            var verdict = target.Verdict();
            Assert.True(verdict.StartsWith("FAIL: ", StringComparison.Ordinal), $"{name} spoiled in way {spoil}: {verdict}");
        });
    }
}
