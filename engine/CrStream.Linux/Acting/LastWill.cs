using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Memory;

namespace CrStream.Linux.Acting;

/// <summary>
/// What a task that traces others does when it is let go in the freeze, because this process was killed: it brings its
/// tracees back to where they were, by a program of its own, and only then goes on with its own registers.
/// </summary>
/// <remarks>
/// The loop stands here a second time, with the task's own registers in its frame. While there is something to bring
/// back, the task rests at the entry of this loop instead of at its own registers, and every program that is run inside
/// it leaves to here. A new will is written beside the one at which the task rests, and counts from the moment at which
/// the task's registers are set.
/// </remarks>
internal sealed class LastWill
{
    /// <summary>The room that it takes, in bytes: two programs, so that one is written while the other one counts.</summary>
    public const int Length = 32 * 4096;

    private readonly TaskMemory memory;
    private readonly ulong address;
    private readonly (Registers Registers, ulong SignalMask) own;
    private readonly ulong mask;
    private bool second;

    public LastWill(TaskMemory memory, ulong address, FrozenTask task)
    {
        (this.memory, this.address) = (memory, address);
        own = (task.Registers, task.SignalMask);
        var signal = NotificationSignal.Choose(task.Status.SigCgt, task.SignalMask, task.Status.SigPnd | task.Status.ShdPnd);
        mask = ulong.MaxValue & ~NotificationSignal.Bit(signal);
        var code = Processor.Current.Code.Loop.Span;
        var head = new byte[ActingSpace.HeadLength];
        code.CopyTo(head);
        var frame = head.AsSpan(code.Length);
        Processor.Current.WriteFrame(frame, Processor.Current.ForUserMode(own.Registers, task.SignalWaits), own.SignalMask);
        ActingFrame.WriteNotification(frame, task.OwnPid, task.OwnTid, signal);
        memory.Write(address, head);
        Resting = own;
    }

    /// <summary>With what the task goes on when it is let go.</summary>
    public (Registers Registers, ulong SignalMask) Resting { get; private set; }

    /// <summary>Writes another will. It counts as soon as the task gets the registers of <see cref="Resting"/>.</summary>
    /// <param name="program">What is to be done; nothing where it has no calls.</param>
    public void Write(SyscallProgram program)
    {
        if (program.Entries.Count == 0)
        {
            Resting = own;
            return;
        }

        const int room = Length / 2;
        second = !second;
        var code = new ScratchProgram(program, address, second ? room : ActingSpace.HeadLength, second ? Length : room);
        memory.Write(address + (ulong)code.EntriesOffset, code.Bytes);
        var registers = own.Registers.Clone();
        Processor.Current.EnterLoop(registers, address, address + (ulong)code.EntriesOffset);
        Resting = (registers, mask);
    }
}
