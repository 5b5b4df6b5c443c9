using System.Buffers;

namespace CrStream.Abstractions;

/// <summary>A sink that also takes whole blocks as they are, without copying them.</summary>
public interface IBlockSink : IBufferWriter<byte>
{
    /// <summary>Appends a block behind what was written so far, and owns it from now on.</summary>
    void Append(Block block);
}
