using CrStream.Abstractions;
using CsCheck;

namespace CrStream.Image.Tests;

public class FieldsCodecTests
{
    [Fact]
    public void What_is_written_is_read_equal_and_in_the_same_order() =>
        Samples.Payload(ulong.MaxValue).Sample(
            fields =>
            {
                var read = FieldsCodec.Read(FieldsCodec.Write(fields)).Fields;
                Assert.Equal(fields, read);
                Assert.Equal(fields.Select(field => field.Key), read.Select(field => field.Key));
            },
            iter: 2000);

    [Fact]
    public void Every_mutated_payload_is_refused_or_is_the_one_encoding_of_its_value() =>
        Gen.Select(Samples.Payload(9), Gen.Int, Gen.Byte, Gen.Int[0, 3]).Sample(
            (fields, where, with, count) =>
            {
                var bytes = FieldsCodec.Write(fields);
                for (var i = 0; i <= count; i++)
                {
                    bytes[(int)((uint)HashCode.Combine(where, i) % bytes.Length)] ^= (byte)(with >> i);
                }

                try
                {
                    Assert.Equal(bytes, FieldsCodec.Write(FieldsCodec.Read(bytes).Fields));
                }
                catch (ImageException)
                {
                }
                catch (InvalidOperationException unwritable)
                {
                    // The codec alone does not know which ids exist, and no writer refers to object 0.
                    Assert.Contains("refers to object 0", unwritable.Message, StringComparison.Ordinal);
                }
            },
            iter: 20_000);

    [Fact]
    public void References_are_listed_with_their_offsets_nested_ones_too()
    {
        var fields = new Fields { ["a"] = Value.Reference(7), ["b"] = Value.Array([1, new Fields { ["c"] = Value.Reference(300) }]) };
        var references = FieldsCodec.Read(FieldsCodec.Write(fields), 100).References;
        Assert.Equal([new(7, 103), new(300, 114)], references);
    }

    [Theory]
    [InlineData("01", 0, "not a map")]
    [InlineData("80", 0, "not a map")]
    [InlineData("", 0, "well-formed")]
    [InlineData("a1", 0, "well-formed")]
    [InlineData("a1 61", 0, "well-formed")]
    [InlineData("a0 00", 1, "1 bytes follow the payload")]
    [InlineData("b8 00", 0, "shortest")]
    [InlineData("bf ff", 0, "definite")]
    [InlineData("a1 6161 1817", 3, "shortest")]
    [InlineData("a1 6161 190017", 3, "shortest")]
    [InlineData("a1 6161 1a0000ffff", 3, "shortest")]
    [InlineData("a1 6161 1b00000000ffffffff", 3, "shortest")]
    [InlineData("a1 6161 3817", 3, "shortest")]
    [InlineData("a1 6161 3b8000000000000000", 3, "below -2^63")]
    [InlineData("a1 6161 5801ff", 3, "shortest")]
    [InlineData("a1 6161 780161", 3, "shortest")]
    [InlineData("a1 780161 01", 1, "shortest")]
    [InlineData("a1 6161 9800", 3, "shortest")]
    [InlineData("a1 6161 b800", 3, "shortest")]
    [InlineData("a1 6161 9fff", 3, "definite")]
    [InlineData("a1 6161 5f41ffff", 3, "StartIndefiniteLengthByteString is not among")]
    [InlineData("a1 6161 7f6161ff", 3, "StartIndefiniteLengthTextString is not among")]
    [InlineData("a1 7f6161ff 01", 1, "key is not a text")]
    [InlineData("a1 01 01", 1, "key is not a text")]
    [InlineData("a1 4161 01", 1, "key is not a text")]
    [InlineData("a1 61ff 01", 1, "UTF-8")]
    [InlineData("a1 6161 62c080", 3, "UTF-8")]
    [InlineData("a1 6161 63eda080", 3, "UTF-8")]
    [InlineData("a2 6161 01 6161 02", 4, "\"a\" occurs twice")]
    [InlineData("a1 6161 f6", 3, "not among")]
    [InlineData("a1 6161 f7", 3, "not among")]
    [InlineData("a1 6161 f815", 3, "not among")]
    [InlineData("a1 6161 f93c00", 3, "not among")]
    [InlineData("a1 6161 c101", 3, "tag 1 is not")]
    [InlineData("a1 6161 da0000435201", 3, "shortest")]
    [InlineData("a1 6161 d943521801", 6, "shortest")]
    [InlineData("a1 6161 d9435220", 6, "reference is not an unsigned")]
    [InlineData("a1 6161 d94352d9435201", 6, "reference is not an unsigned")]
    [InlineData("a1 6161 9b7fffffffffffffff", 3, "")]
    [InlineData("bb7fffffffffffffff", 0, "")]
    [InlineData("a1 6161 5b7fffffffffffffff", 3, "well-formed")]
    [InlineData("a1 6161 ff", 3, "well-formed")]
    [InlineData("a1 6161 1c", 3, "well-formed")]
    public void Any_other_encoding_is_refused_with_its_offset(string hex, long offset, string why)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var refusal = Assert.Throws<ImageException>(() => FieldsCodec.Read(bytes, 1000));
        Assert.Equal(1000 + offset, refusal.Offset);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImageLimits.MaximumDepth, true)]
    [InlineData(ImageLimits.MaximumDepth + 1, false)]
    public void Maps_and_arrays_nest_to_the_bound(int depth, bool allowed)
    {
        Value nested = new Fields();
        for (var level = 2; level < depth; level++)
        {
            nested = level % 2 == 0 ? Value.Array([nested]) : new Fields { ["k"] = nested };
        }

        var fields = new Fields { ["k"] = nested };
        byte[] bytes = [0xA1, 0x61, (byte)'k', .. Enumerable.Repeat((byte)0x81, depth - 2), 0xA0];
        if (allowed)
        {
            Assert.Equal(fields, FieldsCodec.Read(FieldsCodec.Write(fields)).Fields);
            FieldsCodec.Read(bytes);
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => FieldsCodec.Write(fields));
            var refusal = Assert.Throws<ImageException>(() => FieldsCodec.Read(bytes));
            Assert.Equal(bytes.Length - 1, refusal.Offset);
            Assert.Contains($"deeper than {ImageLimits.MaximumDepth}", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_payload_has_values_to_the_bound_and_no_more()
    {
        // The payload's map and the array count as well.
        var most = new Fields { ["k"] = Value.Array(Enumerable.Repeat((Value)1, ImageLimits.MaximumValues - 2)) };
        var bytes = FieldsCodec.Write(most);
        Assert.Equal(most, FieldsCodec.Read(bytes).Fields);

        var more = new Fields { ["k"] = Value.Array(Enumerable.Repeat((Value)1, ImageLimits.MaximumValues - 1)) };
        Assert.Throws<CheckpointException>(() => FieldsCodec.Write(more));
        byte[] longer = [.. bytes, 1];
        longer[7]++;
        Assert.Contains("values", Assert.Throws<ImageException>(() => FieldsCodec.Read(longer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_long_to_the_bound_and_no_more()
    {
        var most = new Fields { [new('k', ImageLimits.MaximumKeyLength)] = 1 };
        var bytes = FieldsCodec.Write(most);
        Assert.Equal(most, FieldsCodec.Read(bytes).Fields);

        Assert.Throws<InvalidOperationException>(() => FieldsCodec.Write(new Fields { [new('k', ImageLimits.MaximumKeyLength + 1)] = 1 }));
        byte[] longer = [0xA1, 0x79, 1, 0, .. Enumerable.Repeat((byte)'k', 256), 1];
        var refusal = Assert.Throws<ImageException>(() => FieldsCodec.Read(longer));
        Assert.Equal(1, refusal.Offset);
        Assert.Contains("255", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_of_many_fields_keeps_them_all_and_their_order()
    {
        var fields = new Fields();
        for (var i = 0; i < 500; i++)
        {
            fields[$"key {i * 7 % 500}"] = i;
        }

        var read = FieldsCodec.Read(FieldsCodec.Write(fields)).Fields;
        Assert.Equal(fields, read);
        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(i, read.Int32($"key {i * 7 % 500}")));
        Assert.Null(read.Find("key 500"));
        Assert.Throws<ArgumentException>(() => read["key 499"] = 1);
    }

    [Fact]
    public void Text_that_is_not_valid_UTF16_is_not_written() =>
        Assert.Throws<InvalidOperationException>(() => FieldsCodec.Write(new Fields { ["k"] = "\ud800" }));

    [Fact]
    public void What_was_read_keeps_nothing_of_the_bytes()
    {
        var bytes = FieldsCodec.Write(new Fields { ["k"] = new byte[] { 1, 2, 3 } });
        var fields = FieldsCodec.Read(bytes).Fields;
        bytes.AsSpan().Fill(0xFF);
        Assert.Equal([1, 2, 3], fields.Bytes("k").ToArray());
    }
}
