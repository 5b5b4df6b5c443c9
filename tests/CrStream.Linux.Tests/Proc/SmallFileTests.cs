using System.Text;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Proc;

public sealed class SmallFileTests
{
    [Fact]
    public void A_blocked_task_has_number_arguments_and_pointers()
    {
        var call = TaskSystemCall.Parse("34 0x0 0x0 0x2 0x7efdb60d6fa0 0x0 0x64 0x7ffdbd4804e0 0x7efdb6190df2\n"u8);

        Assert.Equal(34, call.Number);
        Assert.Equal([0ul, 0ul, 2ul, 0x7efdb60d6fa0ul, 0ul, 0x64ul], call.Arguments);
        Assert.Equal(0x7ffdbd4804e0ul, call.StackPointer);
        Assert.Equal(0x7efdb6190df2ul, call.InstructionPointer);
    }

    [Fact]
    public void A_task_outside_a_system_call_has_pointers_only()
    {
        var call = TaskSystemCall.Parse("-1 0x7ffdbd4804e0 0x7efdb6190df2\n"u8);

        Assert.Equal(-1, call.Number);
        Assert.Empty(call.Arguments);
        Assert.Equal(0x7ffdbd4804e0ul, call.StackPointer);
    }

    [Fact]
    public void A_running_task_has_no_call() => Assert.Null(TaskSystemCall.Parse("running\n"u8).Number);

    [Fact]
    public void The_auxiliary_vector_ends_at_its_null()
    {
        byte[] bytes = [33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2b, 0xb6, 0xfd, 0x7e, 0, 0, .. new byte[16], 1, 2, 3];

        Assert.Equal([new AuxiliaryEntry(AuxiliaryVector.AT_SYSINFO_EHDR, 0x7efdb62b0000)], AuxiliaryVector.Parse(bytes));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(20)]
    public void An_auxiliary_vector_that_is_cut_off_is_refused(int length)
        => Assert.Throws<ProcFormatException>(() => AuxiliaryVector.Parse(Enumerable.Repeat((byte)1, length).ToArray()));

    [Fact]
    public void The_bits_of_pagemap_entries_captured_on_6_18_are_read()
    {
        var written = new PagemapEntry(0x810000000012354e);
        Assert.True(written is { IsPresent: true, IsExclusive: true, IsSwapped: false, IsFile: false, IsGuard: false });
        Assert.Equal(0x12354eul, written.FrameNumber);

        var guard = new PagemapEntry(0x440000000000009f);
        Assert.True(guard is { IsGuard: true, IsSwapped: true, IsPresent: false, IsWriteProtected: false, IsSoftDirty: false });
        Assert.Equal(0ul, guard.FrameNumber);
    }

    [Fact]
    public void A_name_shows_what_is_no_text_as_numbers()
    {
        Assert.Equal(@"a\x0a\xc3é", new KernelText([(byte)'a', 10, 0xc3, 0xc3, 0xa9]).ToString());
        Assert.Equal("é\n", new KernelText(Encoding.UTF8.GetBytes("é\n")).Text);
        Assert.Equal(new KernelText("x"u8), new KernelText("x"u8));
        Assert.NotEqual(new KernelText([0xff]), new KernelText([0xfe]));
    }
}
