using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.SystemV;

namespace CrStream.Engine.Tests.Plugins;

public sealed class SystemVTests
{
    private const int IPC_RMID = 0;
    private static readonly Kernel Kernel = new();

    [Fact]
    public async Task A_segment_of_ours_is_found_and_made_again_under_its_id()
    {
        var handler = new SegmentsHandler();
        var id = (int)Kernel.Call(SystemCall.shmget, 0, 10_000, 0x200 | 0x180);
        var address = Kernel.Call(SystemCall.shmat, id, 0, 0);
        unsafe
        {
            new Span<byte>((void*)address, 10_000).Fill(7);
        }

        Kernel.Call(SystemCall.shmdt, address);
        var trip = new RoundTrip();
        var node = handler.Collect(trip).Single(node => node.Description.EndsWith($" {id}", StringComparison.Ordinal));
        await node.WriteContentsAsync(trip, CancellationToken.None);
        var fields = node.Describe(null!);

        // The very one is still there, and gives way.
        using (var restored = handler.Restore(node.Type, fields, trip))
        {
            trip.Data.ForEach(data => restored.WriteData(data.Offset, data.Bytes));
            Assert.Throws<RestoreException>(() => restored.WriteData(9_000, new byte[1001]));
            using var file = handler.Open(restored, new(FileFlags.O_RDONLY, 0), trip);
            var bytes = new byte[10_001];
            Assert.Equal(10_000, Kernel.ReadAt(file, bytes, 0));
            Assert.False(bytes.AsSpan(0, 10_000).ContainsAnyExcept((byte)7));
            Assert.EndsWith($"{id}", $"{Kernel.Status(file).Inode}", StringComparison.Ordinal);
        }

        // A restore that was not completed leaves nothing.
        Assert.Equal(ErrorNumber.EINVAL, Assert.Throws<KernelException>(() => Kernel.Call(SystemCall.shmctl, id, IPC_RMID, 0)).Error);
    }

    [Fact]
    public void An_id_that_another_object_has_is_refused_and_named()
    {
        var handler = new SemaphoresHandler();
        var id = (int)Kernel.Call(SystemCall.semget, 0, 2, 0x200 | 0x180);
        try
        {
            var fields = SemaphoreFields(id, [1, 2]);
            var failed = Assert.Throws<RestoreException>(() => handler.Restore(handler.ObjectTypes[0], fields, new RoundTrip()));
            Assert.Contains($"{id}", failed.Message, StringComparison.Ordinal);
            Assert.Contains("ipcrm", failed.Hint, StringComparison.Ordinal);
        }
        finally
        {
            Kernel.Call(SystemCall.semctl, id, 0, IPC_RMID, 0);
        }
    }

    [Fact]
    public void Impossible_values_are_refused()
    {
        var handler = new SemaphoresHandler();
        Assert.Equal("values", Assert.Throws<FieldException>(() => handler.Restore(handler.ObjectTypes[0], SemaphoreFields(5, [32768]), new RoundTrip())).Key);
        Assert.Equal("values", Assert.Throws<FieldException>(() => handler.Restore(handler.ObjectTypes[0], SemaphoreFields(5, []), new RoundTrip())).Key);
        Assert.Equal("object", Assert.Throws<FieldException>(() => handler.Restore(handler.ObjectTypes[0], SemaphoreFields(-1, [1]), new RoundTrip())).Key);
    }

    [Fact]
    public async Task Messages_pass_and_stay_in_the_old_queue()
    {
        var handler = new MessageQueuesHandler();
        var id = (int)Kernel.Call(SystemCall.msgget, 0, 0x200 | 0x180);
        var program = new SyscallProgram();
        program.Call(SystemCall.msgsnd, id, program.Store64(5, 0x1234), 8, 0);
        program.Call(SystemCall.msgsnd, id, program.Store64(6), 0, 0);
        Kernel.Run(program);
        var trip = new RoundTrip();
        var node = handler.Collect(trip).Single(node => node.Description.EndsWith($" {id}", StringComparison.Ordinal));
        await node.WriteContentsAsync(trip, CancellationToken.None);
        Assert.Equal([16, 8], trip.Data.Select(data => data.Bytes.Length));
        using var restored = handler.Restore(node.Type, node.Describe(null!), trip);
        trip.Data.ForEach(data => restored.WriteData(data.Offset, data.Bytes));
        Assert.Throws<RestoreException>(() => restored.WriteData(2, new byte[8]));
        Assert.Equal(2, Take(id));
    }

    private static int Take(int id)
    {
        var program = new SyscallProgram();
        var message = program.Reserve(100);
        program.Call(SystemCall.msgrcv, id, message, 92, 0, 0x800);
        program.Call(SystemCall.msgrcv, id, message, 92, 0, 0x800);
        var third = program.Try(SystemCall.msgrcv, id, message, 92, 0, 0x800);
        return Kernel.Run(program)[third] < 0 ? 2 : 3;
    }

    private static Fields SemaphoreFields(int id, uint[] values) => new()
    {
        ["object"] = id, ["key"] = 0, ["mode"] = 0x180, ["uid"] = 0, ["gid"] = 0, ["cuid"] = 0, ["cgid"] = 0, ["ctime"] = 1,
        ["values"] = Value.Array(values.Select(value => (Value)value)),
    };
}
