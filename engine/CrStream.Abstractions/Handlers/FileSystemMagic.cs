namespace CrStream.Abstractions;

/// <summary>Magic numbers of file systems as statfs(2) gives them (include/uapi/linux/magic.h).</summary>
public static class FileSystemMagic
{
#pragma warning disable CS1591 // Each is the constant of that name.
    public const long ANON_INODE_FS_MAGIC = 0x09041934;
    public const long BINFMTFS_MAGIC = 0x42494E4D;
    public const long BPF_FS_MAGIC = 0xCAFE4A11;
    public const long CGROUP_SUPER_MAGIC = 0x27E0EB;
    public const long CGROUP2_SUPER_MAGIC = 0x63677270;
    public const long DEBUGFS_MAGIC = 0x64626720;
    public const long DEVPTS_SUPER_MAGIC = 0x1CD1;
    public const long EFIVARFS_MAGIC = 0xDE5E81E4;
    public const long HUGETLBFS_MAGIC = 0x958458F6;
    public const long MQUEUE_MAGIC = 0x19800202;
    public const long NSFS_MAGIC = 0x6E736673;
    public const long PIPEFS_MAGIC = 0x50495045;
    public const long PROC_SUPER_MAGIC = 0x9FA0;
    public const long PSTOREFS_MAGIC = 0x6165676C;
    public const long SECRETMEM_MAGIC = 0x5345434D;
    public const long SECURITYFS_MAGIC = 0x73636673;
    public const long SELINUX_MAGIC = 0xF97CFF8C;
    public const long SOCKFS_MAGIC = 0x534F434B;
    public const long SYSFS_MAGIC = 0x62656572;
    public const long TMPFS_MAGIC = 0x01021994;
    public const long TRACEFS_MAGIC = 0x74726163;
#pragma warning restore CS1591

    /// <summary>Whether the kernel makes the files of such a file system up: opening the same path again may lead to something else, or act.</summary>
    public static bool IsMadeUp(long magic) => magic is
        ANON_INODE_FS_MAGIC or BINFMTFS_MAGIC or BPF_FS_MAGIC or CGROUP_SUPER_MAGIC or CGROUP2_SUPER_MAGIC or DEBUGFS_MAGIC
        or DEVPTS_SUPER_MAGIC or EFIVARFS_MAGIC or MQUEUE_MAGIC or NSFS_MAGIC or PIPEFS_MAGIC or PROC_SUPER_MAGIC or PSTOREFS_MAGIC
        or SECRETMEM_MAGIC or SECURITYFS_MAGIC or SELINUX_MAGIC or SOCKFS_MAGIC or SYSFS_MAGIC or TRACEFS_MAGIC;
}
