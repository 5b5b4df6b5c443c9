using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>Who gets the signals of a file (F_SETOWN_EX of fcntl(2)), and which signal.</summary>
/// <param name="Type">F_OWNER_TID, F_OWNER_PID or F_OWNER_PGRP.</param>
/// <param name="Id">The task, process or process group.</param>
/// <param name="Signal">0 for SIGIO.</param>
internal sealed record FileOwner(int Type, int Id, int Signal)
{
    private const int F_SETSIG = 10;
    private const int F_GETSIG = 11;
    private const int F_SETOWN_EX = 15;
    private const int F_GETOWN_EX = 16;

    public Fields ToFields() => new() { ["type"] = Type, ["owner"] = Id, ["signal"] = Signal };

    public static FileOwner From(Fields fields) => new(fields.Int32("type"), fields.Int32("owner"), fields.Int32("signal"));

    /// <summary>Reads it from a file; null where nobody was set.</summary>
    public static unsafe FileOwner? Read(IKernel kernel, SafeFileHandle file)
    {
        Span<int> owner = stackalloc int[2];
        fixed (int* argument = owner)
        {
            kernel.Control(file, F_GETOWN_EX, (long)argument);
        }

        var signal = (int)kernel.Control(file, F_GETSIG);
        return owner[1] == 0 && signal == 0 ? null : new(owner[0], owner[1], signal);
    }

    /// <summary>Sets it inside a task, with whose right to send signals the kernel will send them. The owner must exist.</summary>
    public void AppendTo(SyscallProgram program, int fd, Func<int, int> seen)
    {
        program.Call(SystemCall.fcntl, fd, F_SETOWN_EX, program.Store64((uint)Type | ((ulong)(uint)(Id == 0 ? 0 : seen(Id)) << 32)));
        program.Call(SystemCall.fcntl, fd, F_SETSIG, Signal);
    }
}
