using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using CrStream.Benchmarks;
using CrStream.Benchmarks.Whole;

if (args is ["whole", .. var rest])
{
    return WholeBenchmark.Run(WholeOptions.Parse(rest));
}

if (args is ["prefork"])
{
    return PreforkBenchmark.Run();
}

if (args is ["trees"])
{
    return TreesBenchmark.Run();
}

// In this process: the repository's output folders are not where BenchmarkDotNet's own builds look for them.
var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .WithArtifactsPath(Path.Combine(Repository.Root, "artifacts/benchmarks/reports"));
BenchmarkSwitcher.FromAssembly(typeof(Repository).Assembly).Run(args, config);
return 0;
