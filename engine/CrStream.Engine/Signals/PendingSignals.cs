using System.Buffers.Binary;
using CrStream.Linux.Acting;

namespace CrStream.Engine.Signals;

/// <summary>
/// The signals that wait to be delivered, as siginfo_t. Those of POSIX timers are told apart: they belong to their
/// timers, which count overruns while they wait.
/// </summary>
internal static class PendingSignals
{
    private const int CodeOffset = 8;
    private const int TimerOffset = 16;
    private const int SI_TIMER = -2;

    /// <summary>Those of a task alone, or of its process, without those of timers.</summary>
    public static IReadOnlyList<byte[]> Collect(FrozenTask task, bool shared) => [.. Peek(task, shared).Where(info => !IsOfTimer(info))];

    /// <summary>The ids of the timers whose signal waits to be delivered, to the process or to a task of it.</summary>
    public static IReadOnlySet<int> Timers(FrozenProcess process) =>
        process.Tasks.SelectMany(task => Peek(task, shared: false)).Concat(Peek(process.Leader, shared: true))
            .Where(IsOfTimer).Select(info => BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(TimerOffset))).ToHashSet();

    private static bool IsOfTimer(byte[] info) => BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(CodeOffset)) == SI_TIMER;

    private static List<byte[]> Peek(FrozenTask task, bool shared) =>
        (shared ? task.Status.ShdPnd : task.Status.SigPnd) == 0 ? [] : task.Trace.PeekPendingSignals(shared);
}
