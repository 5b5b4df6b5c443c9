using System.Buffers.Binary;
using System.Diagnostics;
using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

public sealed class SleepIteratorTests
{
    private const long Second = 1_000_000_000;
    private const ulong Task = 0xFFFF888012345678;
    private const int Wakes = 64;
    private const int Wanted = 32;
    private const int Latest = 24;

    [Theory]
    [InlineData("select.epoll().poll(100)", 232, 100)]
    [InlineData("select.epoll().poll()", 232, null)]
    [InlineData("import signal; signal.pause()", 34, null)]
    public void A_sleeper_tells_when_it_would_wake(string sleep, int call, int? seconds)
    {
        if (!BpfHere.IsPermitted())
            return;

        using SleepIterator? iterator = SleepIterator.Load(KernelBtf.Read());
        Assert.NotNull(iterator);
        long before = Stopwatch.GetTimestamp();
        using var subject = new Subject($"import select\n{sleep}");
        subject.WaitFor(call);
        var slept = iterator.Read()[subject.Pid];
        if (seconds is null)
        {
            Assert.Null(slept.Ends);
        }
        else
        {
            Assert.InRange(slept.Ends!.Value, before + (seconds.Value * Second), Stopwatch.GetTimestamp() + (seconds.Value * Second));
        }

        Assert.Equal(slept, iterator.Read()[subject.Pid]);
    }

    [Theory]
    [InlineData(0, 5 * Second, 0, true)]
    [InlineData(120, 5 * Second, 50_000, true)]
    [InlineData(120, 5 * Second, -1, false)]
    [InlineData(120, 0, 0, false)]
    [InlineData(120, 5 * Second, 2 * Second, false)]
    [InlineData(144, 5 * Second, 0, false)] // cut off
    public void The_timer_is_found_by_its_thread_and_its_times(int place, long ends, long slack, bool found)
    {
        var stack = new byte[200];
        if (place + Latest + 8 <= stack.Length)
        {
            BinaryPrimitives.WriteInt64LittleEndian(stack.AsSpan(place + Latest), ends + slack);
            BinaryPrimitives.WriteInt64LittleEndian(stack.AsSpan(place + Wanted), ends);
        }

        if (place + Wakes + 8 <= stack.Length)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(stack.AsSpan(place + Wakes), Task);
        }

        Assert.Equal(found ? ends : null, TimedSleep.FindEnd(stack, Task, Wakes, Wanted, Latest));
    }
}
