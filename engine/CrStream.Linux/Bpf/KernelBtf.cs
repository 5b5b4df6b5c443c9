using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>The BTF of the kernel that runs.</summary>
public static class KernelBtf
{
    /// <summary>Where a kernel that was built with CONFIG_DEBUG_INFO_BTF offers it.</summary>
    public const string Path = "/sys/kernel/btf/vmlinux";

    /// <summary>Reads and indexes it: some megabytes, so once for all programs that are loaded, and before any freeze.</summary>
    /// <exception cref="CheckpointException">The kernel offers none, or it may not be read.</exception>
    public static Btf Read()
    {
        try
        {
            return Btf.Parse(File.ReadAllBytes(Path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"{Path} cannot be read: {error.Message}", "a kernel built with CONFIG_DEBUG_INFO_BTF is needed", error);
        }
    }
}
