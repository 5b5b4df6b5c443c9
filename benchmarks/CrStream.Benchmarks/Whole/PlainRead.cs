using System.Diagnostics;
using CrStream.Linux.Memory;

namespace CrStream.Benchmarks.Whole;

/// <summary>The yardstick: process_vm_readv of a process's memory into one small buffer, again and again, and nothing else.</summary>
internal static class PlainRead
{
    /// <summary>The usual block of the product. It stays in the cache; larger ones are slower.</summary>
    private const int BufferLength = 1 << 20;

    /// <summary>Reads all of it, and gives the time that it took.</summary>
    public static TimeSpan Time(Ballast ballast)
    {
        var memory = new ProcessMemory(ballast.Pid);
        var buffer = new byte[BufferLength];
        buffer.AsSpan().Fill(1);
        var watch = Stopwatch.StartNew();
        for (var done = 0L; done < ballast.Length; done += buffer.Length)
        {
            memory.Read(ballast.Address + (ulong)done, buffer);
        }

        return watch.Elapsed;
    }
}
