namespace CrStream.Linux.Bpf;

/// <summary>
/// Where an open file's reference count stands, and what it means: f_ref stores the references minus one (file_ref_t,
/// since Linux 6.13), f_count before it stored all.
/// </summary>
internal sealed class FileReferences
{
    private readonly int _missing;

    public FileReferences(Btf types)
    {
        BtfMember? counter = types.FindMember("file.f_ref.refcnt");
        Member = counter ?? types.Member("file.f_count");
        _missing = counter is null ? 0 : 1;
    }

    /// <summary>The member of struct file.</summary>
    public BtfMember Member { get; }

    /// <summary>How many references a stored value stands for.</summary>
    public long Count(long stored) => stored + _missing;
}
