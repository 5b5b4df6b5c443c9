using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.Epoll;

/// <summary>The calls on an epoll instance that are made inside a task without descriptors.</summary>
internal sealed class EpollRoom(INewTask task, SafeFileHandle instance)
{
    private const int EPOLL_CTL_ADD = 1;
    private const int EPOLL_CTL_MOD = 3;
    private const int EventsAtOnce = 1000;

    /// <summary>Descriptors that only pass through are a handful: they have numbers up to this one, or above it where this one is wanted.</summary>
    private const int HighestLow = 16;

    // struct epoll_event is packed on x86-64 only (include/uapi/linux/eventpoll.h).
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventLength = DataOffset + sizeof(ulong);

    /// <summary>Adds entries.</summary>
    internal void Add(RestoredEntry[] some) => Run(some, (program, self, entry) => Control(program, self, EPOLL_CTL_ADD, entry, entry.Events));

    /// <summary>Sets entries that were added with other events.</summary>
    internal void Modify(RestoredEntry[] some) => Run(some, (program, self, entry) => Control(program, self, EPOLL_CTL_MOD, entry, entry.Events));

    /// <summary>Adds entries with more events than they have, and collects what each tells at once.</summary>
    /// <returns>Those that told nothing.</returns>
    internal RestoredEntry[] AddAndCollect(RestoredEntry[] some, uint moreEvents)
    {
        var silent = new List<RestoredEntry>();
        var asked = new List<(RestoredEntry Entry, SyscallResult Count)>();
        Run(
            some,
            (program, self, entry) =>
            {
                Control(program, self, EPOLL_CTL_ADD, entry, entry.Events | moreEvents);
                asked.Add((entry, program.Call(SystemCall.epoll_wait, self, program.Reserve(EventLength), 1, 0)));
            },
            outcome =>
            {
                silent.AddRange(asked.Where(one => outcome[one.Count] == 0).Select(one => one.Entry));
                asked.Clear();
            });
        return [.. silent];
    }

    /// <summary>Collects what there is; at most so many events.</summary>
    internal void Collect(int most)
    {
        var program = new SyscallProgram();
        var self = task.Borrow(program, instance);
        var events = program.Reserve(EventsAtOnce * EventLength);
        for (var left = most; left > 0; left -= EventsAtOnce)
        {
            program.Call(SystemCall.epoll_wait, self, events, EventsAtOnce, 0);
        }

        program.Call(SystemCall.close, self);
        task.Run(program);
    }

    private static void Control(SyscallProgram program, SyscallResult self, int operation, RestoredEntry entry, uint events)
    {
        Span<byte> epollEvent = stackalloc byte[EventLength];
        epollEvent.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(epollEvent, events);
        BinaryPrimitives.WriteUInt64LittleEndian(epollEvent[DataOffset..], entry.Data);
        program.Call(SystemCall.epoll_ctl, self, operation, entry.Number, program.Store(epollEvent));
    }

    /// <summary>Does something with each entry while its file stands under its number.</summary>
    private void Run(RestoredEntry[] some, Action<SyscallProgram, SyscallResult, RestoredEntry> act, Action<SyscallOutcome>? look = null)
    {
        foreach (var group in some.GroupBy(entry => entry.Number <= HighestLow ? HighestLow + 1 : 0))
        {
            var program = new SyscallProgram();
            var self = task.Borrow(program, instance, group.Key);
            foreach (var entry in group)
            {
                var borrowed = task.Borrow(program, entry.File.Handle, group.Key);
                program.Call(SystemCall.dup3, borrowed, entry.Number, FileFlags.O_CLOEXEC);
                program.Call(SystemCall.close, borrowed);
                act(program, self, entry);
                program.Call(SystemCall.close, entry.Number);
            }

            program.Call(SystemCall.close, self);
            var outcome = task.Run(program);
            look?.Invoke(outcome);
        }
    }
}
