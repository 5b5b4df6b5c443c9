using CrStream.Abstractions;
using CrStream.Linux.Memory;

namespace CrStream.Linux.Tests.Memory;

public sealed class ProcessMemoryTests
{
    private static readonly ProcessMemory Own = new(Environment.ProcessId);

    [Fact]
    public void More_ranges_than_one_call_takes_are_read_one_behind_the_other()
    {
        using var mapping = new TestMapping(4);
        for (var i = 0; i < mapping.Bytes.Length; i++)
        {
            mapping.Bytes[i] = (byte)(i * 7 % 251);
        }

        // Ranges of 0 to 4 bytes, from the end of the mapping to its start.
        List<MemoryRange> ranges = [];
        List<byte> expected = [];
        for (var i = 3000; i > 0; i--)
        {
            ranges.Add(new MemoryRange(mapping.Start + ((ulong)i * 5), (ulong)i % 5));
            expected.AddRange(mapping.Bytes.Slice(i * 5, i % 5));
        }

        var into = new byte[expected.Count];
        Own.Read(ranges.ToArray(), into);

        Assert.Equal(expected, into);
    }

    [Fact]
    public void Only_empty_ranges_are_complete_at_once()
        => Assert.Equal(new MemoryTransfer(0, 0, 0), Own.TryRead(new MemoryRange[2500], []));

    [Fact]
    public void A_transfer_ends_at_the_first_address_that_cannot_be_read()
    {
        using var mapping = new TestMapping(8);
        mapping.Bytes.Fill(1);
        mapping.Protect(5, 1, TestMapping.PROT_NONE);
        var into = new byte[8 * 4096];

        var transfer = Own.TryRead([new MemoryRange(mapping.Start + 100, 4096), new MemoryRange(mapping.Page(3), 4 * 4096)], into);

        Assert.Equal(new MemoryTransfer(4096 + (2 * 4096), ErrorNumber.EFAULT, mapping.Page(5)), transfer);
        var error = Assert.Throws<KernelException>(() => Own.Read(mapping.Page(5), new byte[10]));
        Assert.Equal(ErrorNumber.EFAULT, error.Error);
        Assert.Contains($"0x{mapping.Page(5):x}", error.Message);
        mapping.Protect(5, 1, TestMapping.PROT_READ);
    }

    [Fact]
    public void Writes_arrive_and_end_where_the_protection_forbids_them()
    {
        using var mapping = new TestMapping(4);
        var from = new byte[8192];
        Random.Shared.NextBytes(from);

        Own.Write(mapping.Start + 10, from);
        Assert.Equal(from, mapping.Bytes.Slice(10, from.Length).ToArray());

        mapping.Protect(3, 1, TestMapping.PROT_READ);
        var transfer = Own.TryWrite([new MemoryRange(mapping.Page(2), 4096), new MemoryRange(mapping.Page(3), 4096)], from);
        Assert.Equal(new MemoryTransfer(4096, ErrorNumber.EFAULT, mapping.Page(3)), transfer);
    }

    [Fact]
    public void Ranges_longer_than_the_buffer_are_refused()
        => Assert.Throws<ArgumentException>(() => Own.Read([new MemoryRange(0x1000, 2)], new byte[1]));

    [Fact]
    public void A_task_that_is_gone_is_told_apart()
        => Assert.Equal(ErrorNumber.ESRCH, Assert.Throws<KernelException>(() => new ProcessMemory(int.MaxValue).Read(0x1000, new byte[1])).Error);

    [Fact]
    public void Proc_mem_writes_past_the_protection()
    {
        using var mapping = new TestMapping(2);
        mapping.Bytes.Fill(1);
        mapping.Protect(0, 2, TestMapping.PROT_READ);
        using var memory = TaskMemory.Open(Environment.ProcessId);

        memory.Write(mapping.Start + 4090, "across two pages"u8);

        var into = new byte[16];
        memory.Read(mapping.Start + 4090, into);
        Assert.Equal("across two pages"u8, into);
        Assert.Equal("across two pages"u8, mapping.Bytes.Slice(4090, 16));
    }

    [Fact]
    public void Proc_mem_names_the_address_that_is_not_mapped()
    {
        using var memory = TaskMemory.Open(Environment.ProcessId);

        var error = Assert.Throws<KernelException>(() => memory.Read(0x10, new byte[1]));

        Assert.Equal(ErrorNumber.EIO, error.Error);
        Assert.Contains("0x10", error.Message);
    }
}
