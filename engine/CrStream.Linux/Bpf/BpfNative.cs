using System.Runtime.InteropServices;

namespace CrStream.Linux.Bpf;

/// <summary>bpf(2), which the C library has no function for, with constants and layouts of include/uapi/linux/bpf.h.</summary>
internal static unsafe partial class BpfNative
{
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_LINK_CREATE = 28;
    public const int BPF_ITER_CREATE = 33;

    public const uint BPF_PROG_TYPE_TRACING = 26;
    public const uint BPF_TRACE_ITER = 28;

    /// <summary>The number of bpf(2), on x86-64 and in the table that newer architectures share (asm-generic/unistd.h).</summary>
    public static nint NR_bpf => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    /// <summary>syscall(2) for <see cref="NR_bpf"/>: -1 and the last P/Invoke error on failure.</summary>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Bpf(nint number, nint command, void* attribute, nint size);
}

/// <summary>union bpf_attr for BPF_PROG_LOAD, up to what iterators need. Older kernels accept a longer one that is zero.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal unsafe struct BpfProgramAttribute
{
    [FieldOffset(0)] public uint prog_type;
    [FieldOffset(4)] public uint insn_cnt;
    [FieldOffset(8)] public ulong* insns;
    [FieldOffset(16)] public byte* license;
    [FieldOffset(24)] public uint log_level;
    [FieldOffset(28)] public uint log_size;
    [FieldOffset(32)] public byte* log_buf;
    [FieldOffset(48)] public fixed byte prog_name[16];
    [FieldOffset(68)] public uint expected_attach_type;
    [FieldOffset(108)] public uint attach_btf_id;
}

/// <summary>union bpf_attr for BPF_LINK_CREATE of an iterator.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal unsafe struct BpfLinkAttribute
{
    [FieldOffset(0)] public int prog_fd;
    [FieldOffset(8)] public uint attach_type;
    [FieldOffset(16)] public BpfTaskLinkInfo* iter_info;
    [FieldOffset(24)] public uint iter_info_len;
}

/// <summary>union bpf_iter_link_info, its member for tasks: which thread group to iterate over, 0 for all.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct BpfTaskLinkInfo
{
    [FieldOffset(4)] public int pid;
}

/// <summary>union bpf_attr for BPF_ITER_CREATE.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfIteratorAttribute
{
    public int link_fd;
    public uint flags;
}
