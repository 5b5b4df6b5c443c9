using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>What a file has besides its contents.</summary>
/// <param name="Mode">The permission bits.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The owning group.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ModifiedNanoseconds">The last change of the contents, in nanoseconds since 1970.</param>
internal sealed record FileAttributes(uint Mode, uint Uid, uint Gid, long Size, long ModifiedNanoseconds)
{
    private const uint PermissionBits = 0xFFF;
    private const ulong UTIME_OMIT = (1 << 30) - 2;
    private const long NanosecondsPerSecond = 1_000_000_000;

    internal static FileAttributes Of(FileStatus status) =>
        new(status.Mode & PermissionBits, status.Uid, status.Gid, status.Size, status.ModifiedNanoseconds);

    internal Fields AddTo(Fields fields)
    {
        (fields["mode"], fields["uid"], fields["gid"], fields["size"], fields["mtime"]) = (Mode, Uid, Gid, Size, ModifiedNanoseconds);
        return fields;
    }

    internal static FileAttributes Read(Fields fields) => new(
        fields.UInt32("mode") & PermissionBits, fields.UInt32("uid"), fields.UInt32("gid"),
        fields.Int64("size") is >= 0 and var size ? size : throw new FieldException("size", "is negative"), fields.Int64("mtime"));

    /// <summary>Gives a new file its owner, its permissions (which a change of the owner may take away) and its size.</summary>
    internal void Apply(SafeFileHandle file, IKernel kernel)
    {
        ApplyOwner(file, kernel);
        kernel.Truncate(file, Size);
    }

    /// <summary>The same without the size.</summary>
    internal void ApplyOwner(SafeFileHandle file, IKernel kernel)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.fchown, file.DangerousGetHandle(), Uid, Gid);
        program.Call(SystemCall.fchmod, file.DangerousGetHandle(), Mode);
        kernel.Run(program);
        GC.KeepAlive(file);
    }

    /// <summary>Sets the time of the last change, once the contents are in.</summary>
    internal void ApplyTime(SafeFileHandle file, IKernel kernel)
    {
        var (seconds, nanoseconds) = Math.DivRem(ModifiedNanoseconds, NanosecondsPerSecond);
        if (nanoseconds < 0)
        {
            (seconds, nanoseconds) = (seconds - 1, nanoseconds + NanosecondsPerSecond);
        }

        var program = new SyscallProgram();
        program.Call(SystemCall.utimensat, file.DangerousGetHandle(), 0, program.Store64(0, UTIME_OMIT, (ulong)seconds, (ulong)nanoseconds), 0);
        kernel.Run(program);
        GC.KeepAlive(file);
    }
}
