using System.Text;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Proc;

public sealed class MapsTests
{
    private static readonly IReadOnlyList<Mapping> Captured = MapsText.Parse(Samples.Read("maps"));

    [Fact]
    public void Every_line_is_a_mapping_in_the_order_of_addresses()
    {
        Assert.Equal(Samples.Read("maps").Count(one => one == '\n'), Captured.Count);
        Assert.Equal(Captured.OrderBy(mapping => mapping.Start), Captured);
        Assert.All(Captured, mapping => Assert.True(mapping.Start < mapping.End));
    }

    [Fact]
    public void A_line_has_range_access_offset_device_inode_and_path()
    {
        var mapping = MapsText.Parse(Samples.Read("maps"))[1];

        Assert.Equal(0x5623299f8000ul, mapping.Start);
        Assert.Equal(0x5623299f9000ul, mapping.End);
        Assert.Equal(Protection.Read | Protection.Exec, mapping.Protection);
        Assert.False(mapping.IsShared);
        Assert.Equal(0x1000ul, mapping.Offset);
        Assert.Equal((0xfeu, 0u), (mapping.DeviceMajor, mapping.DeviceMinor));
        Assert.Equal(11657515ul, mapping.Inode);
        Assert.Equal("/tmp/p/odd", mapping.Path!.Text);
        Assert.True(mapping.HasFile);
    }

    [Theory]
    [InlineData("/tmp/p/sp ace", true, false)]
    [InlineData("/tmp/p/par(en)s", true, false)]
    [InlineData("/tmp/p/[heap]", true, false)]
    [InlineData("/tmp/p/café", true, false)]
    [InlineData("/tmp/p/gone (deleted)", true, true)]
    [InlineData("/tmp/p/not gone (deleted)", true, true)]
    [InlineData("/tmp/p/new\nline", false, false)]
    [InlineData("/tmp/p/back\\slash\n", false, false)]
    [InlineData("/memfd:my memfd\n (deleted)", false, true)]
    [InlineData("/SYSV00000000 (deleted)", true, true)]
    [InlineData("/dev/zero (deleted)", true, true)]
    public void Odd_names_of_files_are_read(string path, bool exact, bool deleted)
    {
        var mapping = Assert.Single(Captured, mapping => mapping.Path?.Text == path);

        Assert.True(mapping.HasFile);
        Assert.False(mapping.IsSpecial);
        Assert.Equal(exact, mapping.IsPathExact);
        Assert.Equal(deleted, mapping.IsMarkedDeleted);
    }

    [Fact]
    public void A_path_that_is_no_text_keeps_its_bytes()
    {
        var mapping = Assert.Single(Captured, mapping => mapping.Path is { Text: null });

        Assert.Equal([.. "/tmp/p/"u8, 0xff, 0xfe, .. "bad"u8], mapping.Path!.Bytes.ToArray());
        Assert.Equal(@"/tmp/p/\xff\xfebad", mapping.Path.ToString());
    }

    [Theory]
    [InlineData("[heap]")]
    [InlineData("[stack]")]
    [InlineData("[vvar]")]
    [InlineData("[vvar_vclock]")]
    [InlineData("[vdso]")]
    [InlineData("[vsyscall]")]
    public void A_name_in_brackets_is_no_file(string name)
    {
        var mapping = Assert.Single(Captured, mapping => mapping.Path?.Text == name);

        Assert.True(mapping.IsSpecial);
        Assert.False(mapping.HasFile);
        Assert.False(mapping.IsMarkedDeleted);
    }

    [Fact]
    public void An_anonymous_mapping_has_no_path()
    {
        var guard = Captured.Single(mapping => mapping.Start == 0x7efdb5895000);

        Assert.Null(guard.Path);
        Assert.False(guard.HasFile);
        Assert.Equal(Protection.None, guard.Protection);
    }

    [Fact]
    public void The_highest_address_and_blanks_at_the_end_of_a_path_are_kept()
    {
        var mapping = Assert.Single(MapsText.Parse("ffffffffff600000-ffffffffffffffff rwxs ffffffffffffffff ff:fffff 18446744073709551615    /a b  \n"u8));

        Assert.Equal(ulong.MaxValue, mapping.End);
        Assert.Equal(ulong.MaxValue, mapping.Offset);
        Assert.Equal(ulong.MaxValue, mapping.Inode);
        Assert.Equal(0xfffffu, mapping.DeviceMinor);
        Assert.True(mapping.IsShared);
        Assert.Equal("/a b  ", mapping.Path!.Text);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("1000-2000 rwx 0 00:00 0")]
    [InlineData("1000-2000 rwxq 0 00:00 0")]
    [InlineData("1000 2000 rwxp 0 00:00 0")]
    [InlineData("1000-2000 rwxp 0 0000 0")]
    [InlineData("1000-2000 rwxp 0 00:00")]
    public void A_line_that_is_no_mapping_is_refused(string line)
        => Assert.Throws<ProcFormatException>(() => MapsText.Parse(Encoding.ASCII.GetBytes(line)));
}
