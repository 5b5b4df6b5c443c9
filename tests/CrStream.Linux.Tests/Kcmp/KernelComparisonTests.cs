using CrStream.Abstractions;
using CrStream.Linux.Kcmp;
using CrStream.Linux.PidFds;

namespace CrStream.Linux.Tests.Kcmp;

public sealed class KernelComparisonTests
{
    private static readonly int Own = Environment.ProcessId;

    [Fact]
    public void Two_descriptors_on_one_open_file_description_are_equal_and_files_are_ordered()
    {
        using var pidFd = new PidFd(Own);
        using var first = File.OpenHandle("/dev/null");
        using var second = File.OpenHandle("/dev/null");
        using var third = File.OpenHandle("/dev/zero");
        using var copy = pidFd.GetFile((int)first.DangerousGetHandle());
        int[] fds = [.. new[] { first, second, third }.Select(file => (int)file.DangerousGetHandle())];

        Assert.NotEqual(fds[0], (int)copy.DangerousGetHandle());
        Assert.Equal(0, KernelComparison.CompareFiles(Own, fds[0], Own, (int)copy.DangerousGetHandle()));
        foreach (var one in fds)
        {
            foreach (var other in fds)
            {
                Assert.Equal(one == other, KernelComparison.CompareFiles(Own, one, Own, other) == 0);
                Assert.Equal(KernelComparison.CompareFiles(Own, one, Own, other), -KernelComparison.CompareFiles(Own, other, Own, one));
            }
        }

        var sorted = fds.ToList();
        sorted.Sort((one, other) => KernelComparison.CompareFiles(Own, one, Own, other));
        Assert.Equal(-1, KernelComparison.CompareFiles(Own, sorted[0], Own, sorted[2]));
    }

    [Theory]
    [InlineData(KcmpType.KCMP_VM)]
    [InlineData(KcmpType.KCMP_FILES)]
    [InlineData(KcmpType.KCMP_FS)]
    [InlineData(KcmpType.KCMP_SIGHAND)]
    public void Threads_of_a_process_share_what_processes_do_not(KcmpType type)
    {
        var thread = new Linux.Proc.ProcTask(Own).Tids()[^1];
        using var child = System.Diagnostics.Process.Start("sleep", "100");
        var (ofThread, ofChild) = (KernelComparison.Compare(type, Own, thread), KernelComparison.Compare(type, Own, child.Id));
        child.Kill();

        Assert.NotEqual(Own, thread);
        Assert.Equal(0, ofThread);
        Assert.NotEqual(0, ofChild);
    }

    [Fact]
    public void A_missing_task_and_a_missing_descriptor_are_told_apart()
    {
        Assert.Equal(ErrorNumber.ESRCH, Assert.Throws<KernelException>(() => KernelComparison.Compare(KcmpType.KCMP_VM, Own, int.MaxValue)).Error);
        Assert.Equal(ErrorNumber.EBADF, Assert.Throws<KernelException>(() => KernelComparison.CompareFiles(Own, 0, Own, 1 << 20)).Error);
    }
}
