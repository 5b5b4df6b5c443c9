using BenchmarkDotNet.Attributes;
using CrStream.Abstractions;
using CrStream.Linux.Acting;

namespace CrStream.Benchmarks.Parts;

/// <summary>A program of system calls, described and laid out as bytes: what acting inside a task costs before the task is asked.</summary>
[MemoryDiagnoser]
public class ScratchProgramBenchmarks
{
    private const ulong Scratch = 0x10000;
    private const int HeadLength = 4096;
    private const int ScratchLength = 1 << 20;

    /// <summary>How many calls it has.</summary>
    [Params(1, 100, 1000)]
    public int Calls { get; set; }

    /// <summary>Describes and encodes it.</summary>
    [Benchmark]
    public int Encode()
    {
        var program = new SyscallProgram();
        for (var i = 0; i < Calls; i++)
        {
            program.Try(SystemCall.fcntl, i, 3, program.Reserve(8));
        }

        return new ScratchProgram(program, Scratch, HeadLength, ScratchLength).Bytes.Length;
    }
}
