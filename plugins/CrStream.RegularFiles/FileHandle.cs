using System.Buffers.Binary;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.RegularFiles;

/// <summary>
/// What a file system calls an inode when names do not matter (name_to_handle_at(2)): it leads to the same inode as long
/// as that exists, and never to another one, on this machine.
/// </summary>
/// <param name="Mount">A directory of the file system.</param>
/// <param name="Type">The file system's own.</param>
/// <param name="Bytes">Likewise.</param>
internal sealed record FileHandle(string Mount, int Type, ReadOnlyMemory<byte> Bytes)
{
    private const int MAX_HANDLE_SZ = 128;
    private const int AT_EMPTY_PATH = 0x1000;
    private const int HeadLength = 8;

    /// <summary>Asks for a file's handle; null where the file system has none, or is mounted nowhere.</summary>
    internal static FileHandle? Of(OpenFile file, IKernel kernel)
    {
        if (MountPoints.Of(file, kernel) is not { } mount)
        {
            return null;
        }

        using var own = kernel.Open(file.ProcPath, FileFlags.O_PATH);
        var program = new SyscallProgram();
        var handle = program.Store([.. BitConverter.GetBytes(MAX_HANDLE_SZ), .. new byte[HeadLength - sizeof(int) + MAX_HANDLE_SZ]]);
        var asked = program.Try(SystemCall.name_to_handle_at, own.DangerousGetHandle(), program.Store(""), handle, program.Reserve(8), AT_EMPTY_PATH);
        var outcome = kernel.Run(program);
        return outcome[asked] < 0 ? null : new(mount, (int)outcome.UInt32(handle, 4), outcome[handle].Slice(HeadLength, (int)outcome.UInt32(handle)).ToArray());
    }

    internal Fields Write() => new() { ["mount"] = Mount, ["type"] = Type, ["bytes"] = Value.Bytes(Bytes) };

    internal static FileHandle Read(Fields fields) => new(
        fields.Text("mount") is var mount && mount.StartsWith('/') && !mount.Contains('\0') ? mount : throw new FieldException("mount", "is no absolute path"),
        fields.Int32("type"),
        fields.Bytes("bytes") is { Length: <= MAX_HANDLE_SZ } bytes ? bytes : throw new FieldException("bytes", "is longer than any handle"));

    /// <summary>Opens the inode.</summary>
    /// <exception cref="KernelException">It exists no more (ESTALE).</exception>
    internal SafeFileHandle Open(int flags, IKernel kernel)
    {
        using var mount = kernel.Open(Mount, FileFlags.O_RDONLY | FileFlags.O_DIRECTORY);
        var structure = new byte[HeadLength + Bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(structure, Bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(structure.AsSpan(4), Type);
        Bytes.CopyTo(structure.AsMemory(HeadLength));
        var program = new SyscallProgram();
        var opened = program.Call(SystemCall.open_by_handle_at, mount.DangerousGetHandle(), program.Store(structure), flags | FileFlags.O_CLOEXEC);
        return new((nint)kernel.Run(program)[opened], ownsHandle: true);
    }
}
