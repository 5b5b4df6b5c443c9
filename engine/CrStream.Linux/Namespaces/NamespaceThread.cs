using System.Runtime.InteropServices;
using System.Text;
using CrStream.Abstractions;
using CrStream.Linux.Native;
using CrStream.Linux.Processes;
using CrStream.Linux.Proc;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Namespaces;

/// <summary>
/// Threads of this process that are in other namespaces than the rest of it, for as long as a piece of work takes; see
/// namespaces(7). uts, ipc and time namespaces alone allow that.
/// </summary>
public static unsafe partial class NamespaceThread
{
    private const int FSCONFIG_CMD_CREATE = 6;

    /// <summary>The calling thread's id.</summary>
    public static int CurrentTid => gettid();

    /// <summary>Runs work in a thread of its own inside a namespace.</summary>
    /// <param name="path">The namespace, such as /proc/PID/ns/uts.</param>
    /// <param name="work">The work; what it opens, it opens in that namespace.</param>
    public static T Enter<T>(string path, Func<T> work) => Run(() =>
    {
        using var opened = ProcFs.Open(path, FileFlags.O_RDONLY);
        Check(setns(opened, 0), "setns", path);
        return work();
    });

    /// <summary>Runs work in a thread of its own that has new namespaces.</summary>
    /// <param name="flags">CLONE_NEW constants.</param>
    /// <param name="work">The work.</param>
    public static T Unshare<T>(CloneFlags flags, Func<T> work) => Run(() =>
    {
        Check(unshare((int)flags), "unshare", flags.ToString());
        return work();
    });

    /// <summary>Opens a namespace of the calling thread.</summary>
    /// <param name="name">Its file in /proc/PID/ns.</param>
    public static SafeFileHandle OpenOwn(string name) => ProcFs.Open($"/proc/{CurrentTid}/ns/{name}", FileFlags.O_RDONLY);

    /// <summary>sethostname(2) and setdomainname(2).</summary>
    public static void SetNames(ReadOnlySpan<byte> host, ReadOnlySpan<byte> domain)
    {
        fixed (byte* bytes = host)
        {
            Check(sethostname(bytes, (nuint)host.Length), "sethostname", "");
        }

        fixed (byte* bytes = domain)
        {
            Check(setdomainname(bytes, (nuint)domain.Length), "setdomainname", "");
        }
    }

    /// <summary>The POSIX message queues of the calling thread's ipc namespace; see mq_overview(7).</summary>
    public static IReadOnlyList<string> MessageQueues()
    {
        using var context = new SafeFileHandle(Fs(430, Encoding.UTF8.GetBytes("mqueue\0")), ownsHandle: true);
        Check((int)RawSyscall.syscall(431, context, FSCONFIG_CMD_CREATE), "fsconfig", "of mqueue");
        using var mount = new SafeFileHandle(Check((int)RawSyscall.syscall(432, context), "fsmount", "of mqueue"), ownsHandle: true);
        return ProcFs.List($"/proc/self/fd/{mount.DangerousGetHandle()}");
    }

    private static nint Fs(nint number, byte[] name)
    {
        fixed (byte* bytes = name)
        {
            return Check((int)RawSyscall.syscall(number, (nint)bytes), "fsopen", "of mqueue");
        }
    }

    private static T Run<T>(Func<T> work)
    {
        T? result = default;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception thrown)
            {
                failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(thrown);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    private static int Check(int result, string call, string about) => result >= 0 ? result : throw new KernelException(call, Marshal.GetLastPInvokeError(), about);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(SafeFileHandle file, int type);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sethostname(byte* name, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setdomainname(byte* name, nuint length);
}
