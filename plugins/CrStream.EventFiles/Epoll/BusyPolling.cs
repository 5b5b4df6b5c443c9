using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.EventFiles.Epoll;

/// <summary>How an epoll instance polls network devices (ioctl_eventpoll(2)); since Linux 6.9.</summary>
/// <param name="Microseconds">How long.</param>
/// <param name="Budget">How many packets at once.</param>
/// <param name="IsPreferred">Rather than by interrupts.</param>
internal sealed record BusyPolling(uint Microseconds, uint Budget, bool IsPreferred)
{
    // struct epoll_params of include/uapi/linux/eventpoll.h, and _IOW, _IOR(0x8A, 1 and 2, it).
    private const ulong EPIOCSPARAMS = 0x40088A01;
    private const ulong EPIOCGPARAMS = 0x80088A02;
    private const int Length = 8;

    /// <summary>Reads it; null where nothing was set.</summary>
    internal static BusyPolling? Read(OpenFile file, IKernel kernel)
    {
        using var duplicate = file.Duplicate();
        var program = new SyscallProgram();
        var parameters = program.Reserve(Length);
        var read = program.Try(SystemCall.ioctl, duplicate.Number(), EPIOCGPARAMS, parameters);
        var outcome = kernel.Run(program);
        var bytes = outcome[parameters];
        return outcome[read] < 0 || bytes.IndexOfAnyExcept((byte)0) < 0
            ? null
            : new(BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]), bytes[6] != 0);
    }

    internal Fields Write() => new() { ["microseconds"] = Microseconds, ["budget"] = Budget, ["preferred"] = IsPreferred };

    internal static BusyPolling Read(Fields fields) => new(
        fields.UInt32("microseconds"), fields.UInt32("budget") is <= ushort.MaxValue and var budget ? budget : throw new FieldException("budget", "is too large"), fields.Boolean("preferred"));

    internal void Set(int descriptor, IKernel kernel)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.ioctl, descriptor, EPIOCSPARAMS, program.Store64(Microseconds | ((ulong)Budget << 32) | (IsPreferred ? 1UL << 48 : 0)));
        kernel.Run(program);
    }
}
