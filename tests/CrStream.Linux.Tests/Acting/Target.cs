using System.IO.MemoryMappedFiles;
using System.Text;
using CrStream.Linux.Acting;
using CrStream.Linux.Proc;
using CrStream.Linux.Processes;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Tests.Acting;

/// <summary>A running target.c in one of its modes; what it reports is read through a file that it shares with the test.</summary>
internal sealed class Target : IDisposable
{
    private const int StatusLength = 8192;
    private const int FailedOffset = 4;
    private const int WhatOffset = 8;
    private const int GoOffset = 248;
    private const int ChildOffset = 252;
    private const int TicksOffset = 256;

    private static readonly Lazy<string> Program = new(Compile);
    private readonly string path = Path.GetTempFileName();
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor status;

    public Target(string mode, int count = 0)
    {
        File.WriteAllBytes(path, new byte[StatusLength]);
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        status = file.CreateViewAccessor();
        Pid = Launch.Start(Program.Value, path, mode, $"{count}");
        Until(() => status.ReadInt32(0) != 0, "get ready");
    }

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    public int Pid { get; }

    /// <summary>A number that the mode gives: how many threads do something, a child.</summary>
    public int Number => status.ReadInt32(ChildOffset);

    public ProcTask Proc => new(Pid);

    public ulong Ticks(int thread) => status.ReadUInt64(TicksOffset + (8 * thread));

    /// <summary>Asks for the next step of the mode.</summary>
    public void Go() => status.Write(GoOffset, 1);

    public void Check()
    {
        if (status.ReadInt32(FailedOffset) != 0)
        {
            Thread.Sleep(10);
            var what = new byte[GoOffset - WhatOffset];
            status.ReadArray(WhatOffset, what, 0, what.Length);
            Assert.Fail("the target says: " + Encoding.UTF8.GetString(what).TrimEnd('\0'));
        }
    }

    /// <summary>Waits until each of the threads has come further.</summary>
    public void GoesOn(params IEnumerable<int> threads)
    {
        foreach (var thread in threads)
        {
            var before = Ticks(thread);
            Until(() => Ticks(thread) >= before + 2, $"come further in thread {thread}");
        }

        Check();
    }

    public void Until(Func<bool> condition, string what)
    {
        var deadline = Deadline.In(Patience);
        while (!condition())
        {
            Check();
            if (deadline.HasPassed)
            {
                Assert.Fail($"the target did not {what}; {States()}");
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>No task of it is held by a tracer or by anything else.</summary>
    public void IsNotHeld() => Until(() => Proc.Tids().All(tid => State(tid) is not ('t' or 'T')), "run free");

    public char State(int tid)
    {
        try
        {
            return new ProcTask(Pid, tid).Status() is { TracerPid: 0, State: var state } ? state : 't';
        }
        catch (Abstractions.KernelException)
        {
            return 'X';
        }
    }

    /// <summary>The mappings, without the stacks and arenas of threads that come and go.</summary>
    public string Maps() => string.Join('\n', Proc.Maps().Select(mapping => $"{mapping.Start:x}-{mapping.End:x} {mapping.Protection} {mapping.Path?.ToString()}"));

    /// <summary>Freezes it on a tracer's thread of its own, does something, and thaws it.</summary>
    public void Frozen(Action<FrozenProcess> work, TimeSpan? timeout = null)
    {
        using var tracer = new TracerThread();
        tracer.Run(() =>
        {
            var process = FrozenProcess.Freeze(Pid, timeout ?? Patience);
            try
            {
                work(process);
            }
            finally
            {
                process.Thaw();
            }
        }).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        Go();
        Thread.Sleep(30);
        Children.End(Pid, Patience);
        status.Dispose();
        file.Dispose();
        foreach (var name in new[] { path, path + ".lock", path + ".fifo" })
        {
            File.Delete(name);
        }
    }

    private string States() => string.Join(", ", Proc.Tids().Select(tid => $"{tid}: {Whereabouts.Of(new ProcTask(Pid, tid))}"));

    private static string Compile()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "target");
        Launch.Run("gcc", "-O1", "-g", "-w", "-mavx2", "-pthread", "-o", program, Path.Combine(AppContext.BaseDirectory, "Acting", "target.c"));
        return program;
    }
}
