using System.Globalization;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Native;

namespace CrStream.Linux.Kcmp;

/// <summary>
/// kcmp(2): whether two tasks share a kernel object. The kernel orders the objects (by their addresses, disguised), so
/// that n of them are sorted and made distinct in n log n comparisons. The order is the same until the next boot.
/// </summary>
public static class KernelComparison
{
    /// <summary>Compares an object of one task with one of another: 0 when it is the same, else -1 or 1.</summary>
    /// <exception cref="KernelException">ESRCH a task is gone; EBADF no such descriptor; EPERM without PTRACE_MODE_READ; ENOSYS not in this kernel.</exception>
    public static int Compare(KcmpType type, int firstTid, int secondTid) => Compare(type, firstTid, 0, secondTid, 0);

    /// <summary>Compares the open file descriptions that two descriptors lead to: 0 when it is the same, else -1 or 1.</summary>
    /// <exception cref="KernelException">As for the other objects.</exception>
    public static int CompareFiles(int firstTid, int firstFd, int secondTid, int secondFd)
        => Compare(KcmpType.KCMP_FILE, firstTid, firstFd, secondTid, secondFd);

    private static int Compare(KcmpType type, int firstTid, int firstIndex, int secondTid, int secondIndex)
    {
        // 0 equal, 1 less, 2 greater; 3, unordered, which no kernel of today gives, must not pass for an order.
        var answer = RawSyscall.syscall(RawSyscall.SYS_kcmp, firstTid, secondTid, (nint)type, firstIndex, secondIndex);
        return answer switch
        {
            0 => 0,
            1 => -1,
            2 => 1,
            _ => throw new KernelException(
                "kcmp",
                answer < 0 ? Marshal.GetLastPInvokeError() : ErrorNumber.ENOSYS,
                string.Create(CultureInfo.InvariantCulture, $"{type} of tasks {firstTid} and {secondTid}")),
        };
    }
}
