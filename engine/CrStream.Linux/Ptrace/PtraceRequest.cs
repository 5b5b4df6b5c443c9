namespace CrStream.Linux.Ptrace;

/// <summary>The requests of ptrace(2) that are used here (include/uapi/linux/ptrace.h).</summary>
internal static class PtraceRequest
{
    public const long PTRACE_PEEKUSER = 3;
    public const long PTRACE_POKEUSER = 6;
    public const long PTRACE_CONT = 7;
    public const long PTRACE_ATTACH = 16;
    public const long PTRACE_DETACH = 17;
    public const long PTRACE_SYSCALL = 24;
    public const long PTRACE_SETOPTIONS = 0x4200;
    public const long PTRACE_GETEVENTMSG = 0x4201;
    public const long PTRACE_GETSIGINFO = 0x4202;
    public const long PTRACE_SETSIGINFO = 0x4203;
    public const long PTRACE_GETREGSET = 0x4204;
    public const long PTRACE_SETREGSET = 0x4205;
    public const long PTRACE_SEIZE = 0x4206;
    public const long PTRACE_INTERRUPT = 0x4207;
    public const long PTRACE_LISTEN = 0x4208;
    public const long PTRACE_PEEKSIGINFO = 0x4209;
    public const long PTRACE_GETSIGMASK = 0x420A;
    public const long PTRACE_SETSIGMASK = 0x420B;
    public const long PTRACE_GET_RSEQ_CONFIGURATION = 0x420F;
    public const long PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG = 0x4211;

    /// <summary>The general registers.</summary>
    public const int NT_PRSTATUS = 1;

    public const int PTRACE_PEEKSIGINFO_SHARED = 1;
}
