using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>What the kernel keeps of tasks, their open files and their mappings: the BPF iterators, loaded together.</summary>
public sealed class KernelRecords : IDisposable
{
    private KernelRecords(Btf types)
    {
        try
        {
            Tasks = TaskIterator.Load(types);
            Files = OpenFileIterator.Load(types);
            Mappings = MappedFileIterator.Load(types);
            Sleeps = SleepIterator.Load(types);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The tasks.</summary>
    public TaskIterator Tasks { get; }

    /// <summary>The open files behind descriptors.</summary>
    public OpenFileIterator Files { get; }

    /// <summary>The open files behind mappings.</summary>
    public MappedFileIterator Mappings { get; }

    /// <summary>How long tasks sleep; null where this kernel cannot be asked.</summary>
    public SleepIterator? Sleeps { get; }

    /// <summary>Loads the iterators, which takes up to half a second: before any freeze.</summary>
    /// <param name="support">Whether it could be done, and if not, why not.</param>
    /// <returns>Null where it could not: what a kernel and its guards allow cannot be read off, so it is tried.</returns>
    public static KernelRecords? TryLoad(out BpfSupport support)
    {
        try
        {
            var records = new KernelRecords(KernelBtf.Read());
            support = new(true, null);
            return records;
        }
        catch (CrStreamException refused)
        {
            support = new(false, refused switch
            {
                KernelException { Error: ErrorNumber.EPERM } =>
                    "bpf(2) is not permitted: it needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, in the first user "
                    + "namespace, and a kernel that is not locked down",
                KernelException { Error: ErrorNumber.ENOSYS } => "this kernel has no bpf(2): it was built without CONFIG_BPF_SYSCALL",
                _ => refused.Message,
            });
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tasks?.Dispose();
        Files?.Dispose();
        Mappings?.Dispose();
        Sleeps?.Dispose();
    }
}
