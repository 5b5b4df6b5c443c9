using System.Buffers.Binary;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;

namespace CrStream.Linux.Acting;

/// <summary>
/// What makes a restored tree appear as a whole. A page that all its tasks share holds the number of a system call:
/// exit_group while the gate is closed, one that does nothing once it is open. Before the tracer gives up its hold on the
/// first task, every task stands where it makes that call and then leaves to its own instructions. So whenever the tracer
/// is killed, either all tasks end or all go on. A tracer that lives takes its tasks away from the gate itself, and none
/// ever makes the call. Pure: bytes only.
/// </summary>
internal static class Gate
{
    /// <summary>How much of the scratch each task takes for its way out, in bytes.</summary>
    public const int RoomForTask = 1024;

    /// <summary>What the page begins with while who stands there must end.</summary>
    public static byte[] Closed { get; } = Number(SystemCall.exit_group);

    /// <summary>What it begins with once all may go.</summary>
    public static byte[] Open { get; } = Number(SystemCall.getpid);

    /// <summary>The code, frame and table of calls with which a task stands at the gate.</summary>
    /// <param name="task">The task.</param>
    /// <param name="place">Where they are written to.</param>
    /// <param name="gate">The address of the gate's page, not below the place.</param>
    /// <param name="stopSignal">The signal that the task sends its process behind the gate, 0 for none.</param>
    public static (byte[] Bytes, int EntriesOffset) Program(FrozenTask task, ulong place, ulong gate, int stopSignal)
    {
        const int failed = 1;
        var loop = Processor.Current.Code.Loop.Span;
        var program = new SyscallProgram();
        program.Try(SystemCall.exit_group, failed);
        if (stopSignal != 0)
        {
            program.Try(SystemCall.kill, task.OwnPid, stopSignal);
        }

        var table = new ScratchProgram(program, place, loop.Length + ActingFrame.Length, RoomForTask);
        table.TakeNumberFrom(0, (int)(gate - place));
        var bytes = new byte[table.Length];
        loop.CopyTo(bytes);
        var frame = bytes.AsSpan(loop.Length);
        Processor.Current.WriteFrame(frame, Processor.Current.ForUserMode(task.Registers, task.SignalWaits), task.SignalMask);
        ActingFrame.WriteNotification(frame, task.OwnPid, task.OwnTid, NotificationSignal.None);
        table.Bytes.CopyTo(bytes, table.EntriesOffset);
        return (bytes, table.EntriesOffset);
    }

    private static byte[] Number(SystemCall call)
    {
        var number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, Processor.Current.NumberOf(call));
        return number;
    }
}
