using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using CrStream.Abstractions;
using CrStream.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Bpf;

/// <summary>
/// A loaded BPF iterator: the kernel runs the program once for each object and hands over what it writes
/// (Documentation/bpf/bpf_iterators.rst). Each read is a new pass; nothing stays attached in between.
/// </summary>
internal sealed unsafe class BpfIterator : IDisposable
{
    // The kernel hands over at most its own buffer of eight pages a read(2).
    private const int ReadSize = 32 * 1024;

    // A refusal is explained in the log's last lines.
    private const int LogSize = 256 * 1024;

    // Kernels before 6.1 have no choice of tasks, and refuse one as more than they know.
    private const int E2BIG = 7;

    private readonly SafeFileHandle _program;

    private BpfIterator(SafeFileHandle program) => _program = program;

    /// <summary>Loads a program for the iterator whose kernel function has a BTF id.</summary>
    /// <exception cref="KernelException">bpf(2) is not permitted, or the verifier refuses the program.</exception>
    public static BpfIterator Load(string name, int functionId, ulong[] code)
    {
        var attribute = new BpfProgramAttribute
        {
            prog_type = BpfNative.BPF_PROG_TYPE_TRACING,
            insn_cnt = (uint)code.Length,
            expected_attach_type = BpfNative.BPF_TRACE_ITER,
            attach_btf_id = (uint)functionId,
        };
        Encoding.ASCII.GetBytes(name.AsSpan(0, Math.Min(name.Length, 15)), new Span<byte>(attribute.prog_name, 15));

        // The kernel lends its functions for tracing to programs under the GPL only; this program is offered under it.
        fixed (byte* license = "GPL\0"u8)
        fixed (ulong* instructions = code)
        {
            attribute.license = license;
            attribute.insns = instructions;
            if (TryCall(BpfNative.BPF_PROG_LOAD, &attribute, sizeof(BpfProgramAttribute)) is { } program)
                return new BpfIterator(program);

            int error = Marshal.GetLastPInvokeError();
            throw new KernelException("bpf", error, $"for {name}{Explain(attribute)}");
        }
    }

    /// <summary>Everything that the program writes in one pass over a thread group, or over all tasks.</summary>
    /// <param name="pid">
    /// The thread group, or null for all. Kernels before 6.1 go over all tasks in either case, so look at the records.
    /// </param>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public ReadOnlyMemory<byte> Read(int? pid)
    {
        using SafeFileHandle iterator = Start(pid ?? 0);
        var output = new ArrayBufferWriter<byte>(ReadSize);
        while (true)
        {
            nint read;
            fixed (byte* buffer = output.GetSpan(ReadSize))
                read = FileCalls.read(iterator, buffer, ReadSize);
            if (read < 0)
                throw new KernelException("read", Marshal.GetLastPInvokeError(), "of a BPF iterator");
            if (read == 0)
                return output.WrittenMemory;

            output.Advance((int)read);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    private SafeFileHandle Start(int pid)
    {
        var task = new BpfTaskLinkInfo { pid = pid };
        var link = new BpfLinkAttribute
        {
            prog_fd = (int)_program.DangerousGetHandle(),
            attach_type = BpfNative.BPF_TRACE_ITER,
            iter_info = &task,
            iter_info_len = (uint)sizeof(BpfTaskLinkInfo),
        };

        // The iterator keeps the link, and the link keeps the program.
        using SafeFileHandle? linked = TryCall(BpfNative.BPF_LINK_CREATE, &link, sizeof(BpfLinkAttribute));
        int error = Marshal.GetLastPInvokeError();
        GC.KeepAlive(_program);
        if (linked is null)
            return error == E2BIG && pid != 0 ? Start(0) : throw new KernelException("bpf", error, "link");

        var iterator = new BpfIteratorAttribute { link_fd = (int)linked.DangerousGetHandle() };
        return TryCall(BpfNative.BPF_ITER_CREATE, &iterator, sizeof(BpfIteratorAttribute))
            ?? throw new KernelException("bpf", Marshal.GetLastPInvokeError(), "iterator");
    }

    // The verifier's last words on a program that it refuses; nothing where it was not asked.
    private static string Explain(BpfProgramAttribute attribute)
    {
        byte[] log = new byte[LogSize];
        fixed (byte* text = log)
        {
            attribute.log_level = 1;
            attribute.log_size = LogSize;
            attribute.log_buf = text;
            TryCall(BpfNative.BPF_PROG_LOAD, &attribute, sizeof(BpfProgramAttribute))?.Dispose();
        }

        string[] lines = Encoding.ASCII.GetString(log.AsSpan(0, Math.Max(0, log.IndexOf((byte)0))))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string? reason = lines.LastOrDefault(line => !line.StartsWith("processed ", StringComparison.Ordinal));
        return reason is null ? "" : $" ({reason.Trim()})";
    }

    private static SafeFileHandle? TryCall(int command, void* attribute, int size)
    {
        nint result = BpfNative.Bpf(BpfNative.NR_bpf, command, attribute, size);
        return result < 0 ? null : new SafeFileHandle(result, ownsHandle: true);
    }
}
