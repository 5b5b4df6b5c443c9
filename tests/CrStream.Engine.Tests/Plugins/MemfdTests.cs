using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.NamelessFiles;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Tests.Plugins;

public sealed class MemfdTests
{
    private const int F_ADD_SEALS = 1033;
    private const int F_GET_SEALS = 1034;
    private const int F_SEAL_SEAL = 1;
    private const int F_SEAL_WRITE = 8;
    private const int F_SEAL_FUTURE_WRITE = 16;
    private const int Sealed = 2 | 4 | F_SEAL_WRITE;

    private static readonly Kernel Kernel = new();
    private readonly MemfdHandler handler = new();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(Sealed)]
    [InlineData(Sealed | F_SEAL_SEAL)]
    [InlineData(F_SEAL_FUTURE_WRITE)]
    [InlineData(F_SEAL_FUTURE_WRITE | F_SEAL_WRITE)]
    public async Task Contents_name_and_seals_pass(int seals)
    {
        using var file = Create("a name", 2);
        Kernel.WriteAt(file, "contents"u8, 1 << 20);
        Kernel.Control(file, F_ADD_SEALS, seals);
        var own = new OwnFile(file);
        Assert.True(handler.Claims(own));
        var trip = new RoundTrip();
        var node = handler.Collect(own, trip);
        Assert.Equal([$"{own.Status.Device}:{own.Status.Inode}"], trip.Private);

        // As in a restore: opened when the contents are in, completed when all tasks exist.
        using var restored = handler.Restore(node.Type, node.Describe(null!), trip);
        await node.WriteContentsAsync(trip, CancellationToken.None);
        trip.Data.ForEach(data => restored.WriteData(data.Offset, data.Bytes));
        using var again = handler.Open(restored, own.State(), trip);
        Assert.Equal((seals & F_SEAL_FUTURE_WRITE) != 0 && (seals & F_SEAL_WRITE) == 0 ? 0 : seals, Kernel.Control(again, F_GET_SEALS));
        await restored.CompleteAsync(CancellationToken.None);
        Assert.Equal(seals, Kernel.Control(again, F_GET_SEALS));
        Assert.Equal(own.Link, new OwnFile(again).Link);
        Assert.Equal(own.Status with { Inode = 0 }, Kernel.Status(again) with { Inode = 0 });
        Assert.Equal(1 << 20, Kernel.Seek(again, 0, FileControl.SEEK_DATA));
    }

    [Fact]
    public void A_memfd_that_cannot_be_sealed_stays_so()
    {
        using var file = Create("", 0);
        var trip = new RoundTrip();
        using var restored = handler.Restore(handler.ObjectTypes[0], handler.Collect(new OwnFile(file), trip).Describe(null!), trip);
        using var again = handler.Open(restored, new OwnFile(file).State(), trip);
        Assert.Equal(F_SEAL_SEAL, Kernel.Control(again, F_GET_SEALS));
    }

    [Fact]
    public void Contents_after_the_first_use_are_refused()
    {
        using var file = Create("", 0);
        Kernel.Truncate(file, 100);
        var trip = new RoundTrip();
        using var restored = handler.Restore(handler.ObjectTypes[0], handler.Collect(new OwnFile(file), trip).Describe(null!), trip);
        using var again = handler.Open(restored, new OwnFile(file).State(), trip);
        Assert.Throws<RestoreException>(() => restored.WriteData(0, "late"u8));
    }

    private static SafeFileHandle Create(string name, int flags)
    {
        var program = new SyscallProgram();
        var made = program.Call(SystemCall.memfd_create, program.Store(name), flags);
        return new((nint)Kernel.Run(program)[made], ownsHandle: true);
    }
}
