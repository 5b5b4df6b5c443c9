using System.Runtime.InteropServices;

namespace CrStream.Linux.Files;

/// <summary>struct statx (include/uapi/linux/stat.h): the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatX
{
    internal const uint STATX_BASIC_STATS = 0x7FF;
    internal const int AT_EMPTY_PATH = 0x1000;

    [FieldOffset(16)]
    internal uint Links;

    [FieldOffset(20)]
    internal uint Uid;

    [FieldOffset(24)]
    internal uint Gid;

    [FieldOffset(28)]
    internal ushort Mode;

    [FieldOffset(32)]
    internal ulong Inode;

    [FieldOffset(40)]
    internal long Size;

    [FieldOffset(112)]
    internal long ModifiedSeconds;

    [FieldOffset(120)]
    internal uint ModifiedNanoseconds;

    [FieldOffset(128)]
    internal uint SpecialMajor;

    [FieldOffset(132)]
    internal uint SpecialMinor;

    [FieldOffset(136)]
    internal uint DeviceMajor;

    [FieldOffset(140)]
    internal uint DeviceMinor;
}

/// <summary>struct statfs of a 64-bit architecture (include/uapi/asm-generic/statfs.h).</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct StatFs
{
    [FieldOffset(0)]
    internal long Magic;
}
