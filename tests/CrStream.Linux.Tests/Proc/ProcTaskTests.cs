using System.IO.MemoryMappedFiles;
using CrStream.Abstractions;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Proc;

/// <summary>The test process looked at through its own /proc.</summary>
public sealed class ProcTaskTests
{
    private static readonly ProcTask Own = new(Environment.ProcessId);

    [Fact]
    public void Stat_and_status_agree()
    {
        var stat = Own.Stat();
        var status = Own.Status();

        Assert.Equal(Environment.ProcessId, stat.Pid);
        Assert.Equal(stat.Pid, status.Tgid);
        Assert.Equal(stat.ParentPid, status.PPid);
        Assert.Equal(stat.Comm, status.Name);
        Assert.Equal(stat.Comm, Own.Comm());
        Assert.Equal(stat.Pid, status.NSpid[0]);
        Assert.True(stat.StartTime > 0);
    }

    [Fact]
    public void A_thread_is_read_by_its_own_directory()
    {
        var tid = Own.Tids()[^1];
        var status = new ProcTask(Own.Pid, tid).Status();

        Assert.Equal(tid, status.Pid);
        Assert.Equal(Own.Pid, status.Tgid);
        Assert.Equal(Own.Timers(), new ProcTask(Own.Pid, tid).Timers());
    }

    [Fact]
    public void Smaps_knows_all_flags_and_the_mapping_of_a_test()
    {
        using var mapping = new TestMapping(16);
        mapping.Bytes[0] = 1;
        mapping.Protect(8, 8, TestMapping.PROT_NONE);
        mapping.Advise(2, 1, TestMapping.MADV_GUARD_INSTALL);

        var smaps = Own.Smaps();

        Assert.All(smaps, one => Assert.Empty(one.UnknownFlags));
        var found = Assert.Single(smaps, one => one.Start <= mapping.Start && one.End > mapping.Start);
        Assert.Equal(mapping.Page(8), found.End);
        Assert.Equal(Protection.Read | Protection.Write, found.Protection);
        Assert.True(found.Flags.HasFlag(VmFlags.NoHugePage | VmFlags.MaybeGuard));
        Assert.Contains(Own.Maps(), one => one.Start == mapping.Page(8) && one.Protection == Protection.None);
    }

    [Fact]
    public void Limits_are_those_of_the_process()
    {
        var limits = Own.Limits();

        Assert.Equal(16, limits.Count);
        Assert.True(limits[Resource.RLIMIT_NOFILE].Soft >= (ulong)Own.Fds()[^1]);
    }

    [Fact]
    public void The_auxiliary_vector_names_the_vdso()
    {
        var vdso = Own.Maps().Single(mapping => mapping.Path?.Text == "[vdso]");

        Assert.Equal(vdso.Start, Own.AuxiliaryVector().Single(entry => entry.Type == AuxiliaryVector.AT_SYSINFO_EHDR).Value);
        var magic = new byte[4];
        new ProcessMemory(Own.Pid).Read(vdso.Start, magic);
        Assert.Equal([0x7f, (byte)'E', (byte)'L', (byte)'F'], magic);
    }

    [Fact]
    public void Small_files_are_read()
    {
        Assert.Equal(File.ReadAllText("/proc/self/oom_score_adj").Trim(), $"{Own.OomScoreAdjustment()}");
        Assert.Equal(File.ReadAllText("/proc/self/timerslack_ns").Trim(), $"{Own.TimerSlack()}");
        Assert.Equal(File.ReadAllText("/proc/self/coredump_filter").Trim(), $"{Own.CoredumpFilter():x8}");
        Assert.Equal(File.ReadAllText("/proc/self/personality").Trim(), $"{Own.Personality():x8}");
        Assert.Equal(Environment.CurrentDirectory, Own.WorkingDirectory().Text);
        Assert.Equal("/", Own.Root().Text);
        Assert.Equal(Environment.ProcessPath, Own.Executable().Text);
    }

    [Fact]
    public void A_blocked_thread_has_a_call_and_a_wait_channel()
    {
        using var go = new ManualResetEventSlim();
        var tid = 0;
        var thread = new Thread(() =>
        {
            Volatile.Write(ref tid, int.Parse(new FileInfo("/proc/thread-self").LinkTarget!.Split('/')[^1]));
            go.Wait();
        });
        thread.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref tid) != 0 && new ProcTask(Own.Pid, tid).SystemCall().Number == 202, TimeSpan.FromSeconds(20));

        var task = new ProcTask(Own.Pid, tid);
        var call = task.SystemCall();
        var channel = task.WaitChannel();
        go.Set();
        thread.Join();

        Assert.Equal(202, call.Number); // futex
        Assert.Equal(6, call.Arguments.Count);
        Assert.Contains("futex", channel);
    }

    [Fact]
    public void A_child_is_listed_with_the_thread_that_made_it_and_gone_is_told_from_missing()
    {
        using var child = System.Diagnostics.Process.Start("sleep", "100");
        var children = Own.Tids().SelectMany(tid => new ProcTask(Own.Pid, tid).Children()).ToList();
        var task = new ProcTask(child.Id);
        var missing = Assert.Throws<KernelException>(() => task.FdInfo(1 << 20));
        child.Kill();
        child.WaitForExit();

        Assert.Contains(child.Id, children);
        Assert.Equal(ErrorNumber.ENOENT, missing.Error);
        Assert.Equal(ErrorNumber.ESRCH, Assert.Throws<KernelException>(task.Stat).Error);
        Assert.Equal(ErrorNumber.ESRCH, Assert.Throws<KernelException>(() => task.FdLink(0)).Error);
        Assert.Equal(ErrorNumber.ESRCH, Assert.Throws<KernelException>(task.Fds).Error);
        Assert.Equal(ErrorNumber.ESRCH, Assert.Throws<KernelException>(() => new ProcTask(Own.Pid, child.Id).Status()).Error);
    }

    [Fact]
    public void Every_task_of_the_machine_reads_as_the_parsers_expect()
    {
        var read = 0;
        foreach (var pid in ProcFs.List("/proc").Where(name => char.IsAsciiDigit(name[0])).Select(int.Parse))
        {
            try
            {
                foreach (var tid in new ProcTask(pid).Tids())
                {
                    ReadAll(new ProcTask(pid, tid));
                    read++;
                }
            }
            catch (KernelException error) when (error.Error is ErrorNumber.ESRCH or ErrorNumber.ENOENT or ErrorNumber.EACCES or ErrorNumber.EPERM)
            {
                // It has ended meanwhile, or does not let itself be read.
            }
        }

        Assert.True(read > Own.Tids().Count);
    }

    [Fact]
    public void Links_are_read_whatever_their_length_and_bytes()
    {
        using var odd = new OddFile();
        var fd = (int)odd.Handle.DangerousGetHandle();

        Assert.True(odd.Name.Length > 3500);
        Assert.Contains(fd, Own.Fds());
        Assert.Equal(odd.Name, Own.FdLink(fd).Bytes.ToArray());
        Assert.Null(Own.FdLink(fd).Text);
        Assert.Equal(0x88002, Own.FdInfo(fd).Flags); // O_RDWR, O_LARGEFILE, O_CLOEXEC
    }

    [Fact]
    public void Only_the_link_of_a_mapped_file_tells_a_newline_from_its_escape()
    {
        using var odd = new OddFile();
        RandomAccess.SetLength(odd.Handle, 4096);
        using var mapped = MemoryMappedFile.CreateFromFile(odd.Handle, null, 4096, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using var view = mapped.CreateViewAccessor(0, 4096, MemoryMappedFileAccess.Read);

        var mapping = Assert.Single(Own.Maps(), one => one.Start == (ulong)view.SafeMemoryMappedViewHandle.DangerousGetHandle());

        Assert.False(mapping.IsPathExact);
        Assert.NotEqual(odd.Name, mapping.Path!.Bytes.ToArray());
        Assert.Equal(odd.Name, ProcFs.ReadLink(Own.MapFilePath(mapping)).Bytes.ToArray());
    }

    private static void ReadAll(ProcTask task)
    {
        Assert.Equal(task.Tid, task.Stat().Pid);
        Assert.Equal(task.Tid, task.Status().Pid);
        Assert.Equal(16, task.Limits().Count);
        task.Children();
        task.Timers();
        task.CoredumpFilter();
        task.TimerSlack();
        task.SystemCall();
        task.AuxiliaryVector();
        if (task.Tid != task.Pid)
        {
            return; // Its address space and its descriptors are those of the first thread.
        }

        Assert.All(task.Smaps(), mapping => Assert.Empty(mapping.UnknownFlags));
        foreach (var fd in task.Fds())
        {
            task.FdInfo(fd);
            task.FdLink(fd);
        }
    }
}
