using System.Text;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Proc;

public sealed class SmapsTests
{
    private static readonly IReadOnlyList<DetailedMapping> Captured = SmapsText.Parse(Samples.Read("smaps"));

    [Fact]
    public void Each_record_has_the_line_of_maps()
    {
        var maps = MapsText.Parse(Samples.Read("maps")).ToDictionary(mapping => mapping.Start);

        Assert.Equal(19, Captured.Count);
        Assert.All(Captured, mapping => Assert.Equal(maps[mapping.Start].ToString(), mapping.ToString().Replace("DetailedMapping", "Mapping").Split(", Flags")[0] + " }"));
    }

    [Fact]
    public void Flags_and_sizes_of_a_locked_mapping_with_advice_are_read()
    {
        var mapping = Assert.Single(Captured, mapping => mapping.Flags.HasFlag(VmFlags.WipeOnFork));

        Assert.Equal(
            VmFlags.Read | VmFlags.Write | VmFlags.MayRead | VmFlags.MayWrite | VmFlags.MayExec | VmFlags.MaybeGuard | VmFlags.Locked
                | VmFlags.DontCopy | VmFlags.Account | VmFlags.WipeOnFork | VmFlags.DontDump,
            mapping.Flags);
        Assert.Empty(mapping.UnknownFlags);
        Assert.Equal(4096ul, mapping.KernelPageSize);
        Assert.Equal(4096ul, mapping.MmuPageSize);
        Assert.Equal(65536ul, mapping.Length);
        Assert.Equal(65536ul, mapping.Rss);
        Assert.Equal(65536ul, mapping.Anonymous);
        Assert.Equal(0ul, mapping.Shared);
        Assert.Equal(65536ul, mapping.Locked);
        Assert.Equal(0ul, mapping.Swap);
    }

    [Theory]
    [InlineData("[stack]", VmFlags.GrowsDown)]
    [InlineData("[vvar]", VmFlags.PfnMap | VmFlags.Io)]
    [InlineData("/dev/zero (deleted)", VmFlags.Shared | VmFlags.MayShare)]
    public void Kinds_of_mappings_have_their_flags(string path, VmFlags flags)
        => Assert.Equal(flags, Captured.Single(mapping => mapping.Path?.Text == path).Flags & flags);

    [Fact]
    public void A_flag_that_is_not_known_is_kept_as_its_letters()
    {
        var mapping = Assert.Single(SmapsText.Parse("1000-2000 rw-p 00000000 00:00 0 \nProtectionKey:         3\nVmFlags: rd zz wr ?? \n"u8));

        Assert.Equal(VmFlags.Read | VmFlags.Write, mapping.Flags);
        Assert.Equal(["zz", "??"], mapping.UnknownFlags);
        Assert.Equal(3, mapping.ProtectionKey);
    }

    [Fact]
    public void Every_flag_has_its_letters()
    {
        const string letters = "rd wr ex sh mr mw me ms gd pf lo io sr rr dc de ac nr ht sf ar wf dd sd mm hg nh mg bt mt um uw ui ss sl lf dp gu";

        var found = letters.Split(' ').Select(two => VmFlagsText.Find(Encoding.ASCII.GetBytes(two))).ToList();

        Assert.Equal(Enum.GetValues<VmFlags>().Where(flag => flag != VmFlags.None), found);
        Assert.Equal((VmFlags.SequentialRead, VmFlags.DontCopy), (VmFlagsText.Find("sr"u8), VmFlagsText.Find("dc"u8)));
        Assert.Equal((VmFlags.HugePage, VmFlags.Mergeable), (VmFlagsText.Find("hg"u8), VmFlagsText.Find("mg"u8)));
        Assert.Equal((VmFlags.LockOnFault, VmFlags.Sealed), (VmFlagsText.Find("lf"u8), VmFlagsText.Find("sl"u8)));
    }

    [Theory]
    [InlineData("Rss: 4 kB\n")]
    [InlineData("1000-2000 rw-p 00000000 00:00 0 \nRss 4 kB\n")]
    [InlineData("1000-2000 rw-p 00000000 00:00 0 \nRss: many kB\n")]
    public void Text_that_is_no_smaps_is_refused(string text)
        => Assert.Throws<ProcFormatException>(() => SmapsText.Parse(Encoding.ASCII.GetBytes(text)));
}
