using BenchmarkDotNet.Running;
using CrStream.Benchmarks;
using CrStream.Benchmarks.Whole;

if (args is ["whole", .. var rest])
{
    return WholeBenchmark.Run(WholeOptions.Parse(rest));
}

BenchmarkSwitcher.FromAssembly(typeof(Repository).Assembly).Run(args);
return 0;
