using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Image.Tests;

/// <summary>Hostile images: each ends in success or in the one documented exception, in bounded memory.</summary>
public class MutationTests
{
    private const int Rounds = 120_000;

    // What reading allocates beyond one object: the reader, its caches, the exception and its stack.
    private const long FixedOverhead = 1 << 20;

    [Fact]
    public async Task Any_mutated_or_cut_image_is_read_or_refused()
    {
        var whole = Samples.SmallImage();
        var objects = await Samples.ReadAllAsync(new MemoryStream(whole));
        var terminator = (int)objects[^1].Offset + objects[^1].Length;
        var page = (int)objects.Single(item => item is PagesObject).Offset + 32;
        var random = new Random(4711);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            // Half of them get a terminator that matches, so that the hash does not hide what else is wrong.
            var mutant = round % 2 == 0 ? Mutate(whole, page, random) : RawImage.Reseal(Mutate(whole.AsSpan(0, terminator), page, random), 6);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Read(mutant);
            }
            catch (ImageException refusal)
            {
                Assert.InRange(refusal.Offset, 0, mutant.Length);
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, ImageLimits.MaximumObjectLength + FixedOverhead);
        }

        // Mutations of pages with a new terminator are images again.
        Assert.InRange(refused, Rounds / 2, Rounds - 1000);
    }

    [Theory]
    [InlineData("80", 1)]
    [InlineData("a0", 1)]
    [InlineData("60", 1)]
    [InlineData("40", 1)]
    [InlineData("01", 1)]
    [InlineData("d9435201", 1)]
    [InlineData("a1616100", 2)]
    [InlineData("8100", 2)]
    public void The_most_values_that_fit_stay_in_the_bound(string item, int values)
    {
        var pattern = Convert.FromHexString(item);
        var count = (ImageLimits.MaximumValues - 3) / values;
        byte[] head = [0xA2, 0x62, (byte)'i', (byte)'d', 1, 0x61, (byte)'k', 0x9A, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(head.Length - 4), (uint)count);
        byte[] payload = [.. head, .. Enumerable.Repeat(pattern, count).SelectMany(bytes => bytes), 0];
        var image = new RawImage().Object(0x12, payload).Seal();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("1 bytes follow the payload", Assert.Throws<ImageException>(() => Read(image)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, ImageLimits.MaximumObjectLength + (64L << 20));
    }

    [Fact]
    public void An_array_or_map_that_claims_more_than_is_there_costs_nothing()
    {
        foreach (var head in new[] { "9a007ffff0", "9a7fffffff", "9bffffffffffffffff", "ba003ffff0", "ba7fffffff", "5a7fffffff", "7a7fffffff" })
        {
            var image = new RawImage().Hex(0x12, $"a2 626964 01 616b {head}").Seal();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<ImageException>(() => Read(image));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FixedOverhead);
        }
    }

    [Fact]
    public void Reading_pages_allocates_nothing_for_each()
    {
        var image = new MemoryImage(Samples.Header);
        image.Writer.WriteObject(0x12, []);
        for (var i = 0; i < 4000; i++)
        {
            image.Writer.Write(Samples.Pages(1, (ulong)i * 8192, 2));
            image.Writer.WriteData(1, 0, [1, 2, 3]);
        }

        var bytes = image.Seal();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FixedOverhead);
    }

    private static byte[] Mutate(ReadOnlySpan<byte> image, int page, Random random)
    {
        var bytes = image.ToArray().AsSpan();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var at = Place(bytes.Length, page, random);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes = bytes[..at];
                    break;
                case 3:
                    bytes = (byte[])[.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
                    break;
                case 4:
                    bytes = (byte[])[.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 12))..]];
                    break;
                case 5:
                    var from = Place(bytes.Length, page, random);
                    var length = Math.Min(random.Next(1, 40), bytes.Length - Math.Max(at, from));
                    bytes.Slice(from, length).CopyTo(bytes[at..]);
                    break;
                default:
                    byte[] edges = [0x00, 0x7F, 0x80, 0xFF, 0x17, 0x18, 0x1B, 0x3B, 0x5B, 0x7B, 0x9B, 0xBB, 0xD9, 0x9F, 0xBF, 0xF6];
                    bytes[at] = edges[random.Next(edges.Length)];
                    break;
            }

            if (bytes.Length < 2)
            {
                break;
            }
        }

        return bytes.ToArray();
    }

    private static int Place(int length, int page, Random random)
    {
        // The page's bytes are most of the image, and there is nothing to find in them.
        var at = random.Next(length);
        return at >= page && at < page + 4096 && random.Next(20) != 0 ? random.Next(Math.Min(page, length)) : at;
    }

    private static void Read(byte[] image) => Samples.ReadAllAsync(new MemoryStream(image)).GetAwaiter().GetResult();
}
