using System.Buffers.Binary;

namespace CrStream.Benchmarks.Parts;

/// <summary>Bytes as heaps have them, of which LZ4 makes about half: records with pointers, small integers, and noise.</summary>
internal static class RealisticBytes
{
    private const int Page = 4096;

    public static byte[] Make(int length)
    {
        var random = new Random(1);
        var bytes = new byte[length];
        for (var at = 0; at < length; at += 8)
        {
            var value = (at / Page % 4, at / 8 % 4) switch
            {
                (0, _) => random.NextInt64(),
                (1, < 2) => 0x7F12_3400_0000 + (random.NextInt64(1 << 20) << 4),
                (1, _) => random.NextInt64(256),
                _ => random.NextInt64(1000),
            };
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
        }

        return bytes;
    }
}
