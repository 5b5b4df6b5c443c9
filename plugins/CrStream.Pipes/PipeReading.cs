using System.Runtime.InteropServices;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;
using static CrStream.Abstractions.FileControl;

namespace CrStream.Pipes;

/// <summary>
/// Reads a pipe without taking anything out: tee(2) links its buffers into a pipe of ours, packet marks included
/// (fs/splice.c, link_pipe), and that one is read. The marks cannot be asked for, but a read shows them: it ends at a
/// packet's end, and what it leaves of a packet is gone (fs/pipe.c, pipe_read).
/// </summary>
internal sealed class PipeReading(IKernel kernel, SafeFileHandle source, string where)
{
    private readonly int capacity = (int)kernel.Control(source, F_GETPIPE_SZ);
    private readonly int length = Available(kernel, source);

    /// <summary>Reads the pipe behind a file. Its ends neither move nor change, and nobody waiting for it wakes up.</summary>
    /// <exception cref="DeniedException">It holds packets and plain bytes both.</exception>
    internal static PipeContents Read(OpenFile file, IKernel kernel)
    {
        // A write end cannot be tee'd from: a reading end is opened for the moment.
        using var source = FileFlags.CanRead(file.Flags)
            ? file.Duplicate()
            : kernel.Open(file.ProcPath, FileFlags.O_RDONLY | FileFlags.O_NONBLOCK);
        return new PipeReading(kernel, source, $"{file.Where} ({file.Link})").Read();
    }

    private PipeContents Read()
    {
        if (length == 0)
        {
            return new(capacity, PipeContentKind.Stream, []);
        }

        using var copy = new ScratchPipe(kernel, capacity);
        copy.FillFrom(source, length, where);
        if (length > 1 && HasPackets(copy))
        {
            return new(capacity, PipeContentKind.Packets, ReadPackets(copy));
        }

        return new(capacity, length == 1 ? PipeContentKind.OneByte : PipeContentKind.Stream, [copy.Read(length)]);
    }

    /// <summary>
    /// All but the last byte is read from a copy. Packets before the last make the read end early; a last one is thrown
    /// away with its last byte. (A last packet of one byte behind plain ones is not seen.)
    /// </summary>
    private bool HasPackets(ScratchPipe copy)
    {
        using var probe = new ScratchPipe(kernel, capacity);
        probe.FillFrom(copy.ReadEnd, length, where);
        return probe.Read(length - 1).Length < length - 1 || probe.Available == 0;
    }

    private List<byte[]> ReadPackets(ScratchPipe copy)
    {
        var packets = new List<byte[]>();
        while (copy.Available is > 0 and var left)
        {
            var head = HeadPacketLength(copy, left);
            var packet = copy.Read(left);
            if (packet.Length != head && packet.Length > 1)
            {
                throw new DeniedException($"{where} cannot be carried: the pipe holds packets (O_DIRECT) and plain bytes both", "let the program read it empty");
            }

            packets.Add(packet);
        }

        return packets;
    }

    /// <summary>The length of the packet in front: what is gone from a copy of which one byte is read. 1 for plain bytes.</summary>
    private int HeadPacketLength(ScratchPipe copy, int left)
    {
        using var probe = new ScratchPipe(kernel, capacity);
        probe.FillFrom(copy.ReadEnd, left, where);
        probe.Read(1);
        return left - probe.Available;
    }

    internal static int Available(IKernel kernel, SafeFileHandle pipe)
    {
        var count = 0;
        kernel.Ioctl(pipe, FIONREAD, MemoryMarshal.AsBytes(new Span<int>(ref count)));
        return count;
    }
}
