using System.Text;
using CrStream.Abstractions;

namespace CrStream.Image.Tests;

/// <summary>Each line of the format's list of what a reader refuses, with the offset that the refusal names.</summary>
public class RefusalTests
{
    private const uint Mm = 0x12;
    private static readonly Fields First = new() { ["id"] = 1 };
    private readonly RawImage image = new();

    [Fact]
    public async Task A_type_of_zero() => await Refused(image.Raw(new byte[4096]).Cut(), Mark(0), "type 0");

    [Theory]
    [InlineData(0u)]
    [InlineData(7u)]
    [InlineData(ImageLimits.MaximumObjectLength + 1u)]
    [InlineData(uint.MaxValue)]
    public async Task A_length_out_of_bounds(uint length)
    {
        var at = image.Position;
        await Refused(image.Head(Mm, length).Seal(), at, $"length is {length}");
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(0xFu)]
    [InlineData(0x19u)]
    [InlineData(0xFFFFu)]
    [InlineData(0x10000u)]
    [InlineData(0xFFFFFFFEu)]
    public async Task An_undeclared_type_number(uint type)
    {
        var at = image.Position;
        await Refused(image.Fields(type, First).Seal(), at, $"{type:x} is not declared");
    }

    [Theory]
    [InlineData("a1 626964 01 00", 5, "1 bytes follow")]
    [InlineData("", 0, "well-formed")]
    [InlineData("a0", 0, "has no \"id\"")]
    [InlineData("a1 6161 01", 1, "first key is \"a\"")]
    [InlineData("a2 6161 01 626964 01", 1, "first key is \"a\"")]
    [InlineData("a1 626964 20", 4, "id is not an unsigned integer")]
    [InlineData("a1 626964 6131", 4, "id is not an unsigned integer")]
    [InlineData("a2 626964 01 626964 01", 5, "\"id\" occurs twice")]
    [InlineData("a1 626964 00", 0, "id is 0, out of sequence: the next is 1")]
    [InlineData("a1 626964 02", 0, "id is 2, out of sequence: the next is 1")]
    [InlineData("a2 626964 01 6161 d9435200", 7, "dangling reference, to object 0")]
    [InlineData("a2 626964 01 6161 d9435201", 7, "refers to itself")]
    [InlineData("a2 626964 01 6161 d9435202", 7, "forward reference, to object 2")]
    [InlineData("a2 626964 01 6161 82 01 a1 6162 d94352 1bffffffffffffffff", 12, "forward reference")]
    public async Task A_payload_that_is_not_the_next_object(string hex, int offset, string why)
    {
        var at = image.Position + 8;
        await Refused(image.Hex(Mm, hex).Seal(), at + offset, why);
    }

    [Fact]
    public async Task An_id_that_comes_again()
    {
        var at = image.Fields(Mm, First).Position + 8;
        await Refused(image.Fields(Mm, First).Seal(), at, "id is 1, out of sequence: the next is 2");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(ulong.MaxValue)]
    public async Task An_owner_that_does_not_exist(ulong owner)
    {
        var at = image.Fields(Mm, First).Position + 8;
        await Refused(new RawImage().Fields(Mm, First).Pages(owner, 0, 1, 4096).Seal(), at, $"owner is object {owner}");
        await Refused(new RawImage().Fields(Mm, First).Object(CoreTypes.DataNumber, [.. BitConverter.GetBytes(owner), .. new byte[8]]).Seal(), at, $"owner is object {owner}");
    }

    [Theory]
    [InlineData(0, 0u, 0, "number of pages is 0")]
    [InlineData(1, 1u, 4096, "not a multiple")]
    [InlineData(0, 1u, 4095, "do not fill")]
    [InlineData(0, 1u, 4097, "do not fill")]
    [InlineData(0, 1u, 8192, "do not fill")]
    [InlineData(0, uint.MaxValue, 4096, "do not fill")]
    [InlineData(0xFFFF_FFFF_FFFF_F000, 2u, 8192, "beyond the address space")]
    public async Task Pages_that_cannot_be(ulong address, uint count, int length, string why)
    {
        var at = image.Fields(Mm, First).Position + 8;
        await Refused(image.Pages(1, address, count, length).Seal(), at, why);
    }

    [Fact]
    public async Task Contents_shorter_than_what_comes_before_them()
    {
        var at = image.Position + 8;
        await Refused(new RawImage().Object(CoreTypes.PagesNumber, new byte[23]).Seal(), at, "23 bytes are shorter");
        await Refused(new RawImage().Object(CoreTypes.DataNumber, new byte[15]).Seal(), at, "15 bytes is shorter");
    }

    [Fact]
    public async Task A_declaration_that_cannot_be()
    {
        await Declared("\"number\" is ffff", 0xFFFF, "a.b");
        await Declared("\"number\" is ffffffff", uint.MaxValue, "a.b");
        await Declared("\"number\" is Integer", 1L << 32, "a.b");
        await Declared("\"name\" is no reverse DNS name", 0x10000, "ab");
        await Declared("\"name\" is no reverse DNS name", 0x10000, "a." + new string('b', 199));
        await Declared("\"version\" is 0", 0x10000, "a.b", version: 0);
        await Declared("\"version\" is Integer", 0x10000, "a.b", version: 1L << 31);
        await Declared("\"provider\" is longer", 0x10000, "a.b", provider: new('p', 1001));
        await Declared("\"more\" does not belong", 0x10000, "a.b", more: true);
        await Refused(image.Fields(1, new() { ["id"] = 1, ["name"] = "a.b", ["number"] = 0x10000 }).Seal(), Mark(8), "\"number\" is out of order");
    }

    [Fact]
    public async Task A_type_or_number_that_is_declared_twice()
    {
        var at = image.Fields(1, Declaration(1, 0x10000, "a.b")).Position + 8;
        await Refused(new RawImage().Fields(1, Declaration(1, 0x10000, "a.b")).Fields(1, Declaration(2, 0x10000, "a.c")).Seal(), at, "\"number\" is 10000, which is declared already");
        await Refused(new RawImage().Fields(1, Declaration(1, 0x10000, "a.b")).Fields(1, Declaration(2, 0x10001, "a.b")).Seal(), at, "a.b version 1, which is declared already");
    }

    [Fact]
    public async Task More_types_than_may_be_declared()
    {
        for (var i = 1; i <= ImageLimits.MaximumDeclaredTypes; i++)
        {
            image.Fields(1, Declaration((ulong)i, 0x10000 + i, "a.b", i));
        }

        var at = image.Position + 8;
        await Refused(image.Fields(1, Declaration(1025, 0x20000, "a.c")).Seal(), at, "1024 types");
    }

    [Fact]
    public async Task Every_cut_is_told_as_one()
    {
        var whole = Samples.SmallImage();
        for (var length = 8; length < whole.Length; length += length is > 600 and < 4400 ? 97 : 1)
        {
            await Refused(whole[..length], length, "cut off");
        }
    }

    [Fact]
    public async Task A_missing_terminator() => await Refused(image.Fields(Mm, First).Cut(), image.Position, "ends without a terminator");

    [Fact]
    public async Task Trailing_bytes()
    {
        var whole = Samples.SmallImage();
        await Refused([.. whole, 0], whole.Length, "bytes follow the terminator");
        await Refused([.. whole, .. whole], whole.Length, "bytes follow the terminator");
    }

    [Theory]
    [InlineData(0, 0, 0, "number of objects is 1, but what comes before it has 0", 1)]
    [InlineData(1, 1, 0, "number of bytes is", 0)]
    [InlineData(1, -1, 0, "number of bytes is", 0)]
    [InlineData(1, 0, 1, "hash is", 0)]
    public async Task A_count_or_hash_that_does_not_match(int objects, int bytes, byte hash, string why, int claimed)
    {
        if (objects > 0)
        {
            image.Fields(Mm, First);
        }

        var body = image.Cut();
        var seal = new ImageSeal();
        seal.Append(body);
        var right = FieldsCodec.Read(seal.MakeTerminator((ulong)(objects + claimed)).AsMemory(8)).Fields;
        var wrongHash = right.Bytes("xxh128").ToArray();
        wrongHash[15] ^= hash;
        var terminator = new Fields { ["objects"] = right["objects"], ["bytes"] = right.UInt64("bytes") + (ulong)(long)bytes, ["xxh128"] = wrongHash };
        await Refused(image.Fields(CoreTypes.TerminatorNumber, terminator).Cut(), body.Length, why);
    }

    [Fact]
    public async Task A_terminator_of_another_form()
    {
        var at = image.Position + 8;
        await Refused(new RawImage().Fields(CoreTypes.TerminatorNumber, []).Cut(), at, "\"objects\" is missing");
        await Refused(new RawImage().Fields(CoreTypes.TerminatorNumber, new() { ["objects"] = 0, ["bytes"] = 0, ["xxh128"] = new byte[15] }).Cut(), at, "does not have 16 bytes");
        await Refused(new RawImage().Fields(CoreTypes.TerminatorNumber, new() { ["objects"] = 0, ["bytes"] = 0, ["xxh128"] = new byte[16], ["more"] = 1 }).Cut(), at, "\"more\" does not belong");
    }

    [Fact]
    public async Task A_flipped_bit_in_pages_is_found_by_the_hash()
    {
        var whole = Samples.SmallImage();
        whole[whole.AsSpan().IndexOf(Encoding.ASCII.GetBytes("\a\a\a\a")) + 2000] ^= 1;
        Assert.Contains("hash", (await Assert.ThrowsAsync<ImageException>(() => Samples.ReadAllAsync(new MemoryStream(whole)))).Message, StringComparison.Ordinal);
    }

    private static Fields Declaration(ulong id, long number, string name, long version = 1, string provider = "p") =>
        new() { ["id"] = id, ["number"] = number, ["name"] = name, ["version"] = version, ["provider"] = provider };

    private static async Task Refused(byte[] bytes, long offset, string why)
    {
        var refusal = await Assert.ThrowsAsync<ImageException>(() => Samples.ReadAllAsync(new MemoryStream(bytes)));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(offset, refusal.Offset);
        Assert.Contains($"byte {offset}", refusal.Message, StringComparison.Ordinal);
    }

    private static long Mark(int behindHeader) => new RawImage().Position + behindHeader;

    private static Task Declared(string why, long number, string name, long version = 1, string provider = "p", bool more = false) =>
        Refused(new RawImage().Fields(1, Declaration(1, number, name, version, provider).AddIfAny("more", more ? 1 : null)).Seal(), Mark(8), why);
}
