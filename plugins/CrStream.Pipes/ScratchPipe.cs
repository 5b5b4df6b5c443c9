using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Pipes;

/// <summary>A pipe of our own that takes copies of another's buffers; never blocks.</summary>
internal sealed class ScratchPipe : IDisposable
{
    private readonly IKernel kernel;
    private readonly SafeFileHandle writeEnd;

    internal ScratchPipe(IKernel kernel, int capacity)
    {
        this.kernel = kernel;
        (ReadEnd, writeEnd) = kernel.Pipe(FileFlags.O_NONBLOCK);
        try
        {
            kernel.Control(writeEnd, FileControl.F_SETPIPE_SZ, capacity);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal SafeFileHandle ReadEnd { get; }

    internal int Available => PipeReading.Available(kernel, ReadEnd);

    /// <summary>Copies all that stands in a pipe, which has no more buffers than this one.</summary>
    internal void FillFrom(SafeFileHandle source, int length, string where)
    {
        var copied = kernel.Tee(source, writeEnd, length, FileControl.SPLICE_F_NONBLOCK);
        if (copied != length)
        {
            throw new CheckpointException($"{where}: {length} bytes stand in the pipe, but tee(2) copied {copied}; somebody outside uses it");
        }
    }

    /// <summary>One read of at most some bytes.</summary>
    internal byte[] Read(int length)
    {
        var bytes = new byte[length];
        return bytes[..kernel.Read(ReadEnd, bytes)];
    }

    public void Dispose()
    {
        ReadEnd.Dispose();
        writeEnd.Dispose();
    }
}
