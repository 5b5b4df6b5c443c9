namespace CrStream.Linux.Bpf;

/// <summary>The kernel's functions that a BPF program may call, by their numbers in include/uapi/linux/bpf.h.</summary>
internal enum BpfFunction
{
    /// <summary>u64 get_current_task(): the address of the task that runs the program.</summary>
    GetCurrentTask = 35,

    /// <summary>long probe_read_kernel(dst, size, address): copies; zeroes dst where the address is not readable.</summary>
    ProbeReadKernel = 113,

    /// <summary>long seq_printf(seq, fmt, fmt_size, data, data_len): writes text to an iterator's reader.</summary>
    SeqPrintf = 126,

    /// <summary>long seq_write(seq, data, len): writes bytes to an iterator's reader.</summary>
    SeqWrite = 127,
}
