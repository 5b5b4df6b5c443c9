using System.Runtime.InteropServices;
using CrStream.Abstractions;

namespace CrStream.EventFiles.Watching;

/// <summary>Events that were not read. They can be looked at only by reading, and nothing puts them back.</summary>
internal static class UnreadEvents
{
    /// <exception cref="DeniedException">There are some.</exception>
    internal static void RequireNone(OpenFile file, IKernel kernel)
    {
        using var duplicate = file.Duplicate();
        var length = 0;
        kernel.Ioctl(duplicate, FileControl.FIONREAD, MemoryMarshal.AsBytes(new Span<int>(ref length)));
        if (length > 0)
        {
            throw new DeniedException(
                $"{file.Where} ({file.Link}) cannot be carried: it has {length} bytes of events that were not read, and nothing can put them back", "try again when the program has read them");
        }
    }
}
