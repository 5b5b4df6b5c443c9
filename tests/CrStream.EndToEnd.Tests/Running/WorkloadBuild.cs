using CrStream.EndToEnd.Tests.Running;

[assembly: AssemblyFixture(typeof(WorkloadBuild))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace CrStream.EndToEnd.Tests.Running;

/// <summary>Builds the workloads once, before the first test.</summary>
public sealed class WorkloadBuild
{
    public WorkloadBuild() =>
        Tool.Run(Repository.WorkloadSources, "make", "-s", "-j2", $"OUT={Repository.Workloads}").MustSucceed();
}
