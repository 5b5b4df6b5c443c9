using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>
/// Reads how long threads will sleep, by a BPF iterator over tasks that looks at their kernel stacks: a call that stopping
/// it ends with EINTR, as epoll_wait, leaves no note of it, so it must be read before.
/// </summary>
public sealed class SleepIterator : IDisposable
{
    // A record's slots; a part of the stack fills those from Stack on. There is a record for each part, in their order.
    private enum Slot
    {
        Task, Tid, Tgid, Switches, StackPointer, Stack,
    }

    private const int PartSlots = 50;
    private const int PartLength = PartSlots * sizeof(ulong);
    private const int Parts = 2;
    private const int RecordSize = ((int)Slot.Stack + PartSlots) * sizeof(ulong);

    private readonly BpfIterator iterator;
    private readonly (int Wakes, int Wanted, int Latest) layout;

    private SleepIterator(Btf types, BtfMember stackPointer, (int Wakes, int Wanted, int Latest) layout)
    {
        this.layout = layout;
        var program = new RecordProgram(types, "bpf_iter__task", (int)Slot.Stack + PartSlots);
        program.Take((int)Slot.Task, "task").CopyNumbers((int)Slot.Tid, (int)Slot.Tgid, (int)Slot.Task)
            .Copy((int)Slot.Switches, (int)Slot.Task, "task_struct.nvcsw")
            .Copy((int)Slot.StackPointer, (int)Slot.Task, stackPointer);
        for (var part = 0; part < Parts; part++)
        {
            program.Copy((int)Slot.Stack, (int)Slot.StackPointer, new BtfMember(part * PartLength, PartLength)).Write();
        }

        iterator = program.Load("bpf_iter_task");
    }

    /// <summary>Loads the program, and runs it once; null where this kernel's structures are not as expected.</summary>
    /// <param name="types">The kernel's types, <see cref="KernelBtf.Read"/>.</param>
    /// <exception cref="KernelException">bpf(2) is not permitted or not there.</exception>
    public static SleepIterator? Load(Btf types)
    {
        if (types.FindMember("task_struct.thread.sp") is not { } stackPointer
            || types.FindMember("hrtimer_sleeper.task") is not { } wakes
            || types.FindMember("hrtimer_sleeper.timer._softexpires") is not { } wanted
            || types.FindMember("hrtimer_sleeper.timer.node.expires") is not { } latest)
        {
            return null;
        }

        var loaded = new SleepIterator(types, stackPointer, (wakes.Offset, wanted.Offset, latest.Offset));
        loaded.Read();
        return loaded;
    }

    /// <summary>All threads that this process can see, by their numbers.</summary>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public IReadOnlyDictionary<int, TimedSleep> Read()
    {
        var sleeps = new Dictionary<int, TimedSleep>();
        var stack = new byte[Parts * PartLength];
        for (var left = iterator.Read(null).Span; left.Length >= Parts * RecordSize; left = left[(Parts * RecordSize)..])
        {
            for (var part = 0; part < Parts; part++)
            {
                left.Slice((part * RecordSize) + ((int)Slot.Stack * sizeof(ulong)), PartLength).CopyTo(stack.AsSpan(part * PartLength));
            }

            var tid = (int)Get(left, Slot.Tid);
            if (tid != 0)
            {
                sleeps[tid] = new(tid, (long)Get(left, Slot.Switches), TimedSleep.FindEnd(stack, Get(left, Slot.Task), layout.Wakes, layout.Wanted, layout.Latest));
            }
        }

        return sleeps;
    }

    /// <inheritdoc/>
    public void Dispose() => iterator.Dispose();

    private static ulong Get(ReadOnlySpan<byte> record, Slot slot) => BinaryPrimitives.ReadUInt64LittleEndian(record[((int)slot * sizeof(ulong))..]);
}
