using System.Buffers.Binary;
using System.Globalization;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.Watching;

/// <summary>Finds files that are watched: by their handles, then by their names, which must lead back to them.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="watcher">How errors name who watches.</param>
/// <param name="files">The open files of the tree, where one is found that has no name any more.</param>
internal sealed class WatchedFiles(IKernel kernel, string watcher, IReadOnlyList<TreeFile> files)
{
    private const int HandleHeadLength = 8;

    private readonly IReadOnlyList<Mount> mounts = Mount.Read(kernel);

    /// <summary>Finds one.</summary>
    /// <exception cref="DeniedException">It has no name and is not open in the tree.</exception>
    internal WatchedFile Find(WatchedInode inode)
    {
        foreach (var mount in mounts.Where(mount => mount.Device == inode.Device))
        {
            using var found = Open(mount, inode);
            if (found is null)
            {
                continue;
            }

            var status = kernel.Status(found);
            var path = kernel.ReadLink(Reopening.ProcPath(found));
            if (kernel.Status(path, followLinks: false) is { } named && IsSame(named, status))
            {
                return new(path, null);
            }

            if (files.FirstOrDefault(file => StatusOf(file) is { } held && IsSame(held, status)) is { } open)
            {
                return new(null, open);
            }
        }

        throw new DeniedException(
            $"{watcher} cannot be carried: it watches inode {inode.Inode} of device {inode.Device >> 20}:{inode.Device & 0xFFFFF}, which has no name that leads to it",
            "let the program remove the watch");
    }

    /// <summary>Where a mount is.</summary>
    internal string PathOfMount(int id) => mounts.FirstOrDefault(mount => mount.Id == id)?.Path ?? throw NoMount($"mount {id}");

    /// <summary>Where a file system is mounted.</summary>
    internal string PathOfFileSystem(ulong device) =>
        mounts.FirstOrDefault(mount => mount.Device == device)?.Path ?? throw NoMount($"the file system {device >> 20}:{device & 0xFFFFF}");

    private static bool IsSame(FileStatus one, FileStatus other) => one.Inode == other.Inode && one.Device == other.Device;

    private DeniedException NoMount(string what) => new($"{watcher} cannot be carried: it watches {what}, which is not mounted here", "let the program remove the watch");

    private FileStatus? StatusOf(TreeFile file) =>
        kernel.Status(string.Create(CultureInfo.InvariantCulture, $"/proc/{file.Descriptors[0].Pid}/fd/{file.Descriptors[0].Fd}"));

    /// <summary>Opens a file by its handle, as a name only; null where the file system does not find it.</summary>
    private SafeFileHandle? Open(Mount mount, WatchedInode inode)
    {
        try
        {
            using var anywhere = kernel.Open(mount.Path, FileFlags.O_RDONLY | FileFlags.O_NONBLOCK);
            var handle = new byte[HandleHeadLength + inode.Handle.Length];
            BinaryPrimitives.WriteInt32LittleEndian(handle, inode.Handle.Length);
            BinaryPrimitives.WriteInt32LittleEndian(handle.AsSpan(4), inode.HandleType);
            inode.Handle.CopyTo(handle.AsMemory(HandleHeadLength));
            var program = new SyscallProgram();
            var opened = program.Call(SystemCall.open_by_handle_at, anywhere.Number(), program.Store(handle), FileFlags.O_PATH | FileFlags.O_CLOEXEC);
            return new((nint)kernel.Run(program)[opened], ownsHandle: true);
        }
        catch (KernelException)
        {
            return null;
        }
    }
}
