using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.SystemV;

/// <summary>
/// A segment, made again. This process has it attached until the tasks have, so that one that goes away with its last
/// attachment stays.
/// </summary>
internal sealed class RestoredSegment : RestoredObject
{
    private const int SHM_EXEC = 0x8000;
    private const int SHM_LOCK = 11;
    private const int PROT_WRITE = 2;
    private const int PROT_EXEC = 4;
    private const int MREMAP_MAYMOVE_FIXED = 3;

    private readonly SegmentRecord record;
    private readonly IKernel kernel;
    private readonly Attachment own;
    private bool kept;

    internal RestoredSegment(SegmentRecord record, IKernel kernel)
    {
        (this.record, this.kernel) = (record, kernel);
        SysvMaking.Make(SysvKind.Segment, record.Identity, kernel, (program, key, flags) => program.Try(SystemCall.shmget, key, record.Size, flags));
        try
        {
            SysvMaking.Set(SysvKind.Segment, record.Identity, kernel);
            own = new(Id, record.Size, 0, kernel);
            if (record.IsLocked)
            {
                kernel.Call(SystemCall.shmctl, Id, SHM_LOCK, 0);
            }
        }
        catch
        {
            own?.Dispose();
            SysvMaking.Remove(SysvKind.Segment, Id, kernel);
            throw;
        }

        if (record.IsRemoved)
        {
            SysvMaking.Remove(SysvKind.Segment, Id, kernel);
        }
    }

    public override string Description => $"the shared memory segment {Id}";

    private int Id => record.Identity.Id;

    public override void WriteData(ulong offset, ReadOnlySpan<byte> bytes) => kernel.Put(own.File, record.Size, offset, bytes, Description);

    /// <summary>
    /// Attaches it, so that it counts as attached and can be detached. A part of a segment is moved to its place from an
    /// attachment of the whole.
    /// </summary>
    public override bool Map(ITask task, NewMapping mapping)
    {
        var page = (ulong)Environment.SystemPageSize;
        var whole = ((ulong)record.Size + page - 1) / page * page;
        if (mapping.Offset >= whole || mapping.Length > whole - mapping.Offset)
        {
            throw new RestoreException($"the mapping at 0x{mapping.Start:x} of {task.Pid} is longer than {Description}");
        }

        var flags = (mapping.CanBeWritten ? 0 : Attachment.SHM_RDONLY) | ((mapping.Protection & PROT_EXEC) != 0 ? SHM_EXEC : 0);
        var program = new SyscallProgram();
        if (mapping.Length == whole)
        {
            program.Call(SystemCall.shmat, Id, mapping.Start, flags);
        }
        else
        {
            var attach = new SyscallProgram();
            var attached = attach.Call(SystemCall.shmat, Id, 0, flags);
            var address = (ulong)task.Run(attach)[attached];
            program.Call(SystemCall.mremap, address + mapping.Offset, mapping.Length, mapping.Length, MREMAP_MAYMOVE_FIXED, mapping.Start);
            Unmap(program, address, mapping.Offset);
            Unmap(program, address + mapping.Offset + mapping.Length, whole - mapping.Offset - mapping.Length);
        }

        if (mapping.Protection != (1 | (mapping.CanBeWritten ? PROT_WRITE : 0) | (mapping.Protection & PROT_EXEC)))
        {
            program.Call(SystemCall.mprotect, mapping.Start, mapping.Length, mapping.Protection);
        }

        task.Run(program);
        return true;
    }

    /// <summary>Attaches and detaches it, so that the tree is known as its last user.</summary>
    public override void CompleteInside(INewTask task)
    {
        if (!record.IsRemoved)
        {
            var program = new SyscallProgram();
            var attached = program.Call(SystemCall.shmat, Id, 0, 0);
            program.Call(SystemCall.shmdt, attached);
            task.Run(program);
        }
    }

    public override ValueTask CompleteAsync(CancellationToken cancellation)
    {
        kept = true;
        return ValueTask.CompletedTask;
    }

    internal SafeFileHandle Open(int flags) => kernel.Reopen(own.File, flags & FileFlags.O_ACCMODE);

    protected override void Dispose(bool disposing)
    {
        own.Dispose();
        if (!kept && !record.IsRemoved)
        {
            SysvMaking.Remove(SysvKind.Segment, Id, kernel);
            kept = true;
        }

        base.Dispose(disposing);
    }

    private static void Unmap(SyscallProgram program, ulong address, ulong length)
    {
        if (length > 0)
        {
            program.Call(SystemCall.munmap, address, length);
        }
    }
}
