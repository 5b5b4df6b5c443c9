using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;
using static CrStream.Abstractions.FileControl;

namespace CrStream.Pipes;

/// <summary>Puts what stood in a pipe into a new one, by a descriptor that can write and does not wait.</summary>
internal sealed class PipeFilling(string description, PipeLoad load, IKernel kernel)
{
    private int filled;

    /// <summary>Gives the pipe its capacity; bytes go in as packets just when they are packets.</summary>
    internal void Prepare(SafeFileHandle writer)
    {
        try
        {
            kernel.Control(writer, F_SETPIPE_SZ, load.Capacity);
        }
        catch (KernelException failed)
        {
            throw new RestoreException(
                $"{description} cannot have its capacity of {load.Capacity} bytes: {ErrorNumber.Describe(failed.Error)}",
                "raise /proc/sys/fs/pipe-max-size", failed);
        }

        kernel.Control(writer, F_SETFL, FileFlags.O_NONBLOCK | (load.Packets ? FileFlags.O_DIRECT : 0));
    }

    internal void Put(SafeFileHandle? writer, ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (writer is null || offset != (ulong)filled || bytes.IsEmpty || bytes.Length > load.Length - filled)
        {
            throw new RestoreException($"the contents of {description} do not fit: {bytes.Length} bytes at {offset} of {load.Length}, {filled} are in");
        }

        if (load.Packets && bytes.Length > Environment.SystemPageSize)
        {
            throw new RestoreException($"the contents of {description} have a packet of {bytes.Length} bytes, more than a page");
        }

        if (kernel.Write(writer, bytes) != bytes.Length)
        {
            throw new RestoreException($"the contents of {description} do not fit: {load.Length} bytes in a pipe of {load.Capacity}");
        }

        filled += bytes.Length;
    }

    internal void RequireFull()
    {
        if (filled != load.Length)
        {
            throw new RestoreException($"the contents of {description} are missing: {load.Length} bytes stood in it, the image has {filled}");
        }
    }
}
