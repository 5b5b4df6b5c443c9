using CrStream.Abstractions;
using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

public sealed class BpfIteratorTests
{
    [Fact]
    public void A_program_that_the_verifier_refuses_is_an_error_with_its_reason()
    {
        if (!BpfHere.IsPermitted())
            return;

        int function = KernelBtf.Read().FunctionId("bpf_iter_task");
        var error = Assert.Throws<KernelException>(
            () => BpfIterator.Load("without_result", function, new BpfAssembler().Exit().Assemble()));
        Assert.Equal(ErrorNumber.EACCES, error.Error);
        Assert.Contains("without_result (R0 !read_ok)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_of_a_null_pointer_reads_as_zero()
    {
        if (!BpfHere.IsPermitted())
            return;

        // Slot 1 stays zero, and is followed as if it were an address.
        using BpfIterator iterator = new RecordProgram(KernelBtf.Read(), "bpf_iter__task", 4)
            .Take(0, "task")
            .Copy(2, 1, "task_struct.pid")
            .CopyNumbers(3, 2, 0)
            .Copy(2, 1, "task_struct.tgid")
            .Write()
            .Load("bpf_iter_task");
        ReadOnlySpan<byte> record = iterator.Read(Environment.ProcessId).Span;
        Assert.True(record.Length >= 4 * sizeof(ulong));
        Assert.Equal(0UL, BitConverter.ToUInt64(record[16..]));
        Assert.Equal((ulong)Environment.ProcessId, BitConverter.ToUInt64(record[24..]));
    }
}
