using CrStream.Abstractions;
using CrStream.Linux.Files;

namespace CrStream.Linux.Tests.Native;

public sealed class OwnCallsTests
{
    private readonly Kernel kernel = new();

    [Fact]
    public void A_program_runs_in_this_process_with_results_and_buffers()
    {
        var program = new SyscallProgram();
        var ends = program.Reserve(8);
        var name = program.Store("own");
        var memory = program.Call(SystemCall.memfd_create, name, 1);
        program.Call(SystemCall.pwrite64, memory, name, 3, 4096);
        var size = program.Call(SystemCall.lseek, memory, 0, 2);
        program.Call(SystemCall.pipe2, ends, 0x80000);
        var failed = program.Try(SystemCall.lseek, -1, 0, 0);
        program.Call(SystemCall.close, memory);
        var outcome = kernel.Run(program);
        Assert.Equal(4099, outcome[size]);
        Assert.Equal(-ErrorNumber.EBADF, outcome[failed]);
        Assert.NotEqual(0UL, outcome.UInt64(ends));

        var end = new SyscallProgram();
        end.Call(SystemCall.close, outcome.UInt32(ends));
        end.Call(SystemCall.close, outcome.UInt32(ends, 4));
        kernel.Run(end);
    }

    [Fact]
    public void Structures_point_to_buffers()
    {
        // An argument by way of a pointer in a buffer.
        var program = new SyscallProgram();
        var time = program.Store64(0, 1);
        var pointer = program.Store64(0);
        program.Point(pointer, 0, time);
        program.Call(SystemCall.nanosleep, SyscallArgument.ContentOf(pointer), 0);
        kernel.Run(program);
    }

    [Fact]
    public void A_failed_call_ends_the_program_and_is_named()
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.close, -1);
        var failed = Assert.Throws<KernelException>(() => kernel.Run(program));
        Assert.Contains("close", failed.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorNumber.EBADF, failed.Error);
    }
}
