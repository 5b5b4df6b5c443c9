using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CrStream.Linux.Tests.Bpf;

/// <summary>A python3 program that is looked at. Its first lines of output say what should be found; it is killed at the end.</summary>
internal sealed partial class Subject : IDisposable
{
    private const int SIGSTOP = 19;

    private const string Prelude = """
        import ctypes, os, sys, threading, time
        libc = ctypes.CDLL(None)
        class timespec(ctypes.Structure): _fields_ = [('s', ctypes.c_long), ('n', ctypes.c_long)]
        limit, rest = timespec(100, 0), timespec()
        def at(thing): return ctypes.c_ulong(ctypes.addressof(thing))
        def say(*what): print(*what, flush=True)

        """;

    private readonly Process _process;

    public Subject(string program)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Prelude + program);
        _process = Process.Start(start) ?? throw new InvalidOperationException("python3 does not start");
    }

    public int Pid => _process.Id;

    public ulong[] ReadNumbers() =>
        [.. (_process.StandardOutput.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ulong.Parse)];

    /// <summary>Lets a subject go on that waits for a line.</summary>
    public void Continue()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
    }

    /// <summary>Waits until the first thread is in a system call.</summary>
    public void WaitFor(int call) => WaitUntil(() => File.ReadAllText($"/proc/{Pid}/syscall").StartsWith($"{call} ", StringComparison.Ordinal));

    /// <summary>Waits until the first thread is in a system call, and stops the process there.</summary>
    public void StopIn(int call)
    {
        WaitFor(call);
        Assert.Equal(0, Kill(Pid, SIGSTOP));
        WaitUntil(() => File.ReadAllText($"/proc/{Pid}/status").Contains("State:\tT", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static void WaitUntil(Func<bool> isSo)
    {
        var waited = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), "the subject is not where it should be");
            Thread.Sleep(1);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
