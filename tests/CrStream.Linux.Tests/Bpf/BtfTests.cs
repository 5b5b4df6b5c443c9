using CrStream.Abstractions;
using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

public sealed class BtfTests
{
    // 1 u32, 2 struct inner, 3 const inner, 4 typedef, 5 union (anonymous), 6 array of 3 inner, 7 pointer, 8 struct outer,
    // then kinds that only must be stepped over, and a function.
    private static BtfBlob Sample() => new BtfBlob()
        .Type(BtfKind.Int, "u32", 4, 0, [32])
        .Structure(BtfKind.Struct, "inner", 8, ("a", 1, 0), ("b", 1, 32))
        .Type(BtfKind.Const, "", 2)
        .Type(BtfKind.Typedef, "inner_t", 3)
        .Structure(BtfKind.Union, "", 8, ("x", 4, 0), ("y", 1, 0))
        .Type(BtfKind.Array, "", 0, 0, [4, 1, 3])
        .Type(BtfKind.Pointer, "", 8)
        .Structure(BtfKind.Struct, "outer", 56, ("next", 7, 0), ("", 5, 64), ("list", 6, 128), ("tail", 1, 320))
        .Type(BtfKind.Enum, "e", 4, 2, [0, 0, 0, 1])
        .Type(BtfKind.Enum64, "e64", 8, 1, [0, 0, 0])
        .Type(BtfKind.FunctionPrototype, "", 1, 1, [0, 7])
        .Type(BtfKind.Variable, "v", 1, 0, [1])
        .Type(BtfKind.DataSection, ".data", 8, 1, [12, 0, 4])
        .Type(BtfKind.DeclarationTag, "tag", 8, 0, [0xffff_ffff])
        .Type(BtfKind.Float, "float", 4)
        .Type(BtfKind.Forward, "outer_fwd", 0)
        .Type(BtfKind.Function, "outer", 11)
        .Type(BtfKind.Struct, "bits", 8, 2, [0, 1, 0x0300_0005, 0, 1, 32], bitFields: true);

    [Theory]
    [InlineData("outer.next", 0, 8)]
    [InlineData("outer.x", 8, 8)]
    [InlineData("outer.x.b", 12, 4)]
    [InlineData("outer.y", 8, 4)]
    [InlineData("outer.list", 16, 24)]
    [InlineData("outer.tail", 40, 4)]
    [InlineData("inner.b", 4, 4)]
    public void Members_are_found_by_path_through_anonymous_and_qualified_types(string path, int offset, int size) =>
        Assert.Equal(new BtfMember(offset, size), Btf.Parse(Sample().ToArray()).Member(path));

    [Theory]
    [InlineData("outer.missing")]
    [InlineData("outer.next.a")]
    [InlineData("outer.tai")]
    [InlineData("oute.tail")]
    [InlineData("inner_t.a")]
    [InlineData("outer")]
    public void A_path_that_is_not_there_is_null_or_an_error_that_names_it(string path)
    {
        Btf types = Btf.Parse(Sample().ToArray());
        Assert.Null(types.FindMember(path));
        Assert.Contains(path, Assert.Throws<CheckpointException>(() => types.Member(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bit_field_is_no_member_with_an_offset_in_bytes()
    {
        var blob = new BtfBlob();
        blob.Type(BtfKind.Int, "u32", 4, 0, [32]);
        blob.Type(BtfKind.Struct, "s", 8, 2, [blob.Name("odd"), 1, 0x0300_0005, blob.Name("plain"), 1, 32], bitFields: true);
        Btf types = Btf.Parse(blob.ToArray());
        Assert.Null(types.FindMember("s.odd"));
        Assert.Equal(new BtfMember(4, 4), types.FindMember("s.plain"));
    }

    [Fact]
    public void A_function_and_a_structure_of_one_name_are_told_apart()
    {
        Btf types = Btf.Parse(Sample().ToArray());
        Assert.Equal(17, types.FunctionId("outer"));
        Assert.Equal(56, types.SizeOf("outer"));
        Assert.Equal(19, types.TypeCount);
        Assert.Throws<CheckpointException>(() => types.FunctionId("inner"));
        Assert.Throws<CheckpointException>(() => types.SizeOf("u32"));
    }

    [Fact]
    public void A_structure_that_holds_itself_ends_in_an_error()
    {
        Btf types = Btf.Parse(new BtfBlob().Structure(BtfKind.Struct, "s", 8, ("", 1, 0)).Type(BtfKind.Typedef, "t", 2).ToArray());
        Assert.Null(types.FindMember("s.x"));
    }

    [Fact]
    public void Cut_bytes_are_refused()
    {
        byte[] whole = Sample().ToArray();
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<CheckpointException>(() => Btf.Parse(whole[..length]));
    }

    [Fact]
    public void An_unknown_kind_is_refused_with_its_number() =>
        Assert.Contains("kind 25", Assert.Throws<CheckpointException>(
            () => Btf.Parse(new BtfBlob().Type((BtfKind)25, "new", 0).ToArray())).Message, StringComparison.Ordinal);

    [Fact]
    public void The_kernels_own_types_are_found()
    {
        if (!File.Exists(KernelBtf.Path))
        {
            Assert.Contains("CONFIG_DEBUG_INFO_BTF", Assert.Throws<CheckpointException>(KernelBtf.Read).Hint, StringComparison.Ordinal);
            return;
        }

        Btf types = KernelBtf.Read();
        BtfMember block = types.Member("task_struct.restart_block");
        Assert.Equal(types.SizeOf("restart_block"), block.Size);
        Assert.Equal(new BtfMember(block.Offset + 8, 8), types.Member("task_struct.restart_block.fn"));
        Assert.Equal(new BtfMember(0, 4), types.Member("upid.nr"));
        Assert.Equal(4, types.Member("mm_struct.mm_users").Size);
        Assert.True(types.FunctionId("bpf_iter_task_file") > 0);
    }
}
