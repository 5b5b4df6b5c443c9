using CrStream.Engine.References;
using CrStream.Linux.Bpf;

namespace CrStream.Engine.Tests.References;

/// <summary>Records as the kernel gives them, of made-up processes.</summary>
internal static class Looks
{
    public static readonly KernelInode Named = new(0x100, 1, 0x101, 5, null);

    public static KernelTask Task(int tid, int tgid, ulong mm = 0, long mmUsers = 0, ulong executable = 0, ulong actions = 0, long actionsUsers = 0, bool ended = false) => new(tid, tgid)
    {
        ClearChildTid = 0,
        ParentDeathSignal = 0,
        AlternateStack = 0,
        AlternateStackSize = 0,
        AlternateStackFlags = 0,
        SecureBits = 0,
        ExitSignal = 17,
        HasEnded = ended,
        Mm = mm,
        ExecutableFile = executable,
        ExecutableInode = Named,
        Files = 0,
        Fs = 0,
        SignalActions = actions,
        Signal = 0,
        PtraceFlags = 0,
        JobControl = 0,
        SystemCallWork = 0,
        UndoList = 0,
        HasUndo = false,
        IoContext = 0,
        MmUsers = mmUsers,
        FilesUsers = 0,
        FsUsers = 0,
        SignalActionsUsers = actionsUsers,
        DefaultMappingFlags = 0,
        RestartBlock = new UnknownRestart("do_no_restart_syscall", ReadOnlyMemory<byte>.Empty),
    };

    public static KernelFile File(int pid, int fd, ulong file, long references, ulong table, KernelInode? inode = null) =>
        new(pid, pid, fd, file, table, references, 3, 2, inode ?? Named);

    public static KernelMapping Mapping(int pid, ulong mm, ulong start, ulong file, long references, KernelInode? inode = null) =>
        new(pid, mm, start, file, references, inode ?? Named);

    public static ReferenceCount Count(KernelLook look, IReadOnlyList<int> pids, IReadOnlyList<KernelFile>? own = null, IReadOnlyList<ulong>? held = null) =>
        new(new(look, pids.ToHashSet(), own ?? [], held ?? []), look);
}
