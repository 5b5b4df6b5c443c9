using System.Text;
using CrStream.Abstractions;
using CrStream.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Tests.Proc;

/// <summary>
/// An open file whose path is near the longest, and whose name has a newline, its escape, blanks at its end and bytes
/// that are no UTF-8, which .NET's own file functions neither make nor remove.
/// </summary>
internal sealed class OddFile : IDisposable
{
    private const int SYS_openat = 257;
    private const int SYS_unlinkat = 263;
    private const int AT_FDCWD = -100;
    private readonly string directory = Path.Combine(Path.GetTempPath(), $"crstream-{Guid.NewGuid():n}");

    public unsafe OddFile()
    {
        var deep = Path.Combine([directory, .. Enumerable.Repeat(new string('x', 250), 14)]);
        Directory.CreateDirectory(deep);
        Name = [.. Encoding.UTF8.GetBytes(deep), .. "/\n \\012 (deleted) "u8, 0xff, 0xfe, (byte)' '];
        fixed (byte* path = (byte[])[.. Name, 0])
        {
            var fd = RawSyscall.syscall(SYS_openat, AT_FDCWD, (nint)path, FileFlags.O_RDWR | FileFlags.O_CLOEXEC | FileFlags.O_CREAT, 0x180);
            Assert.True(fd >= 0);
            Handle = new SafeFileHandle(fd, ownsHandle: true);
        }
    }

    public byte[] Name { get; }

    public SafeFileHandle Handle { get; }

    public unsafe void Dispose()
    {
        Handle.Dispose();
        fixed (byte* path = (byte[])[.. Name, 0])
        {
            RawSyscall.syscall(SYS_unlinkat, AT_FDCWD, (nint)path);
        }

        Directory.Delete(directory, recursive: true);
    }
}
