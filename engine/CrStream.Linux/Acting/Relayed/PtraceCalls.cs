using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Ptrace;
using static CrStream.Linux.Ptrace.PtraceRequest;

namespace CrStream.Linux.Acting.Relayed;

/// <summary>Requests of ptrace(2), made by a task as part of a program. None ends the program: the tracee may be killed at any time.</summary>
internal static class PtraceCalls
{
    private const int P_PID = 1;
    private const int WNOHANG = 1;
    private const int WSTOPPED = 2;
    private const int WEXITED = 4;
    private const int WNOWAIT = 0x01000000;
    private const int __WALL = 0x40000000;

    // siginfo_t as waitid(2) fills it in (include/uapi/asm-generic/siginfo.h).
    public const int SiginfoCode = 8;
    public const int SiginfoPid = 16;
    public const int SiginfoStatus = 24;

    /// <summary>A request whose data is a number or a buffer.</summary>
    public static SyscallResult Ptrace(this SyscallProgram program, long request, int tid, SyscallArgument address, SyscallArgument data) =>
        program.Try(SystemCall.ptrace, request, tid, address, data);

    public static void SetRegisters(this SyscallProgram program, int tid, Registers registers) =>
        program.RegisterSet(PTRACE_SETREGSET, tid, NT_PRSTATUS, program.Store(registers.Raw));

    /// <returns>The vector, whose second half becomes the length, and the result.</returns>
    public static (SyscallBuffer Vector, SyscallResult Result) RegisterSet(this SyscallProgram program, long request, int tid, int note, SyscallBuffer registers)
    {
        var vector = program.Store64(0, (ulong)registers.Length);
        program.Point(vector, 0, registers);
        return (vector, program.Ptrace(request, tid, note, vector));
    }

    public static void SetSignalMask(this SyscallProgram program, int tid, ulong mask) =>
        program.Ptrace(PTRACE_SETSIGMASK, tid, sizeof(ulong), program.Store64(mask));

    /// <summary>Waits until the tracee stops, and leaves it to be waited for. One that ends is left so, too.</summary>
    /// <returns>What waitid(2) said.</returns>
    public static SyscallBuffer AwaitStop(this SyscallProgram program, int tid)
    {
        var info = program.Reserve(TracedTask.SiginfoLength);
        program.Try(SystemCall.waitid, P_PID, tid, info, WSTOPPED | WEXITED | WNOWAIT | __WALL, 0);
        return info;
    }

    /// <summary>Takes the status of a stop that is there to be waited for; not that of an end.</summary>
    public static void TakeStop(this SyscallProgram program, int tid) => program.Try(SystemCall.waitid, P_PID, tid, 0, WSTOPPED | WNOHANG | __WALL, 0);

    /// <summary>Looks whether there is a stop to be waited for.</summary>
    /// <returns>What waitid(2) said: a process id of 0 where there is none.</returns>
    public static SyscallBuffer LookForStop(this SyscallProgram program, int tid)
    {
        var info = program.Reserve(TracedTask.SiginfoLength);
        program.Try(SystemCall.waitid, P_PID, tid, info, WSTOPPED | WNOHANG | WNOWAIT | __WALL, 0);
        return info;
    }
}
