using System.Runtime.InteropServices;
using CrStream.Linux.Kcmp;
using CrStream.Linux.Memory;
using CrStream.Linux.Native;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Native;

/// <summary>
/// Numbers and layouts against those that a C program printed with the headers of glibc 2.36 and Linux 6.1 on x86-64:
/// SYS_, KCMP_, RLIMIT_, SIGEV_ and AT_ constants with %d and %x, sizes with sizeof and offsetof. PAGEMAP_SCAN is
/// younger: its structures are those of include/uapi/linux/fs.h of Linux 6.18, printed from a copy of the declarations.
/// </summary>
public sealed class ConstantTests
{
    [Fact]
    public void System_call_numbers_are_those_of_x86_64()
    {
        Assert.Equal(Architecture.X64, RuntimeInformation.ProcessArchitecture);
        Assert.Equal(
            [312, 424, 434, 438],
            new[] { RawSyscall.SYS_kcmp, RawSyscall.SYS_pidfd_send_signal, RawSyscall.SYS_pidfd_open, RawSyscall.SYS_pidfd_getfd }.Select(number => (int)number));
    }

    [Fact]
    public void Enumerations_have_the_numbers_of_the_headers()
    {
        Assert.Equal(
            "KCMP_FILE=0 KCMP_VM=1 KCMP_FILES=2 KCMP_FS=3 KCMP_SIGHAND=4 KCMP_IO=5 KCMP_SYSVSEM=6",
            Numbers<KcmpType>());
        Assert.Equal(
            "RLIMIT_CPU=0 RLIMIT_FSIZE=1 RLIMIT_DATA=2 RLIMIT_STACK=3 RLIMIT_CORE=4 RLIMIT_RSS=5 RLIMIT_NPROC=6 RLIMIT_NOFILE=7 "
                + "RLIMIT_MEMLOCK=8 RLIMIT_AS=9 RLIMIT_LOCKS=10 RLIMIT_SIGPENDING=11 RLIMIT_MSGQUEUE=12 RLIMIT_NICE=13 RLIMIT_RTPRIO=14 RLIMIT_RTTIME=15",
            Numbers<Resource>());
        Assert.Equal("Signal=0 None=1 Thread=2", Numbers<TimerNotify>());
        Assert.Equal("None=0 Read=1 Write=2 Exec=4", Numbers<Protection>());
        Assert.Equal(
            "None=0 WriteProtectAllowed=1 Written=2 File=4 Present=8 Swapped=16 ZeroFrame=32 Huge=64 SoftDirty=128 Guard=256",
            Numbers<PageCategories>());
        Assert.Equal(33ul, AuxiliaryVector.AT_SYSINFO_EHDR);
    }

    [Fact]
    public void Structures_are_laid_out_as_the_kernels()
    {
        Assert.Equal("size=16 Start=0 Length=8", Layout<MemoryRange>("Start", "Length"));
        Assert.Equal("size=24 Start=0 End=8 Categories=16", Layout<PageRegion>("Start", "End", "Categories"));
        Assert.Equal(
            "size=96 Size=0 Flags=8 Start=16 End=24 WalkEnd=32 Vector=40 VectorLength=48 MaxPages=56 CategoryInverted=64 CategoryMask=72 CategoryAnyOfMask=80 ReturnMask=88",
            Layout<PagemapScanArgument>(
                "Size", "Flags", "Start", "End", "WalkEnd", "Vector", "VectorLength", "MaxPages", "CategoryInverted", "CategoryMask", "CategoryAnyOfMask", "ReturnMask"));
        Assert.Equal(0xC0606610ul, PagemapScanArgument.PAGEMAP_SCAN);
    }

    private static string Numbers<T>()
        where T : struct, Enum
        => string.Join(' ', Enum.GetValues<T>().Select(value => $"{value}={value:D}"));

    private static string Layout<T>(params string[] fields)
        => string.Join(' ', fields.Select(field => $"{field}={Offset<T>(field)}").Prepend($"size={Marshal.SizeOf<T>()}"));

    private static nint Offset<T>(string field)
        => Marshal.OffsetOf<T>(typeof(T).GetField(field) is null ? $"<{field}>k__BackingField" : field);
}
