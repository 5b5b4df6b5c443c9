using CrStream.Abstractions;
using CrStream.Engine.Memory;
using CrStream.Engine.Tree;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Tests.Memory;

/// <summary>Address spaces that are made up, with addresses in pages.</summary>
internal static class MmSample
{
    public const ulong Page = 4096;

    public static readonly KernelObject Program = new CoreObject("file", "the program", _ => []);

    public static VmaState Anonymous(ulong start, ulong end, VmFlags flags = VmFlags.None) =>
        new(start * Page, end * Page, VmaKind.Anonymous, Protection.Read | Protection.Write, flags, 0, 0, null, []);

    public static VmaState OfFile(ulong start, ulong end, ulong file, ulong offset, VmaKind kind = VmaKind.PrivateFile) =>
        new(start * Page, end * Page, kind, Protection.Read, VmFlags.None, file, offset * Page, null, []);

    public static MmState State(int pid, ulong vdso, params VmaState[] vmas) => new()
    {
        Pid = pid,
        Vmas = vmas,
        KernelMappings = [new("[vdso]", vdso * Page, (vdso + 2) * Page)],
        Layout = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        AuxiliaryVector = default,
        Executable = 0,
        Dumpable = 1,
        ThpDisabled = false,
        LockFuture = 0,
        CoreDumpFilter = 0,
    };

    public static MmNode Node(int pid, ulong vdso, params VmaState[] vmas) =>
        new(State(pid, vdso, vmas), [.. vmas.Select(vma => vma.Kind == VmaKind.Anonymous ? null : Program)], Program);

    public static (ulong Start, ulong End) Pages(ulong start, ulong end) => (start * Page, end * Page);
}
