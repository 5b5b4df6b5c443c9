using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>What cannot be carried is denied by name, and the process goes on as if nobody had asked.</summary>
public sealed class DenialTests
{
    [Theory]
    [InlineData("inotify", "events that were not read")]
    [InlineData("socket", "socket:[")]
    [InlineData("userfaultfd", "page faults of the program wait")]
    [InlineData("io_uring", "requests in flight")]
    [InlineData("mixed pipe", "packets")]
    public void A_file_that_no_handler_claims_is_denied_by_name(string kind, string name)
    {
        using var target = Target.StartWorkload("unsupported", kind);
        CrStreamCommand.Checkpoint(target, "--kill").MustFailWith("fd ", $"{target.Pid}", name);
        MustBeUnharmed(target);
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("deleted file")]
    public void A_file_that_another_process_holds_is_denied_and_the_holder_named(string kind)
    {
        using var target = Target.StartWorkload("unsupported", kind);
        var holder = TaskState.WorkingIn(target.Folder).Single(pid => pid != target.Pid);
        CrStreamCommand.Checkpoint(target, "--kill").MustFailWith(kind, "fd ", $"{holder}");
        MustBeUnharmed(target);
    }

    [Fact]
    public void A_semaphore_adjustment_that_is_to_be_undone_is_denied_by_name()
    {
        using var target = Target.StartWorkload("unsupported", "semaphore adjustment");
        CrStreamCommand.Checkpoint(target, "--kill").MustFailWith($"{target.Pid}", "SEM_UNDO");
        MustBeUnharmed(target);
    }

    [Fact]
    public void A_context_of_native_AIO_is_denied_by_name()
    {
        using var target = Target.StartWorkload("unsupported", "aio");
        CrStreamCommand.Checkpoint(target, "--kill").MustFailWith("the mapping at 0x", $"{target.Pid}", "AIO context");
        MustBeUnharmed(target);
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("signal_waits")]
    public void A_denial_ends_no_call_with_EINTR(string workload)
    {
        using var target = Target.StartWorkload(workload);
        for (var time = 1; time <= 3; time++)
        {
            CrStreamCommand.Run(target, "checkpoint", $"{target.Pid}", "-o", "/dev/full").MustFailWith("/dev/full");
            target.MustBeOkAndGoOn();
        }
    }

    [Fact]
    public void A_process_that_does_not_stop_is_let_go_and_the_thread_named()
    {
        using var target = Target.StartWorkload("vfork_wait");
        var stuck = TaskState.Threads(target.Pid).Select(Path.GetFileName).Single(tid => File.ReadAllText($"/proc/{target.Pid}/task/{tid}/stat").Contains(") D ", StringComparison.Ordinal))!;
        CrStreamCommand.Checkpoint(target, "--kill", "--timeout", "2").MustFailWith(stuck, "vfork child");
        Assert.True(Patience.Until(() => TaskState.Stopped(target.Pid).Count == 0 && !TaskState.IsTraced(target.Pid), 3), "it is still held");
        MustBeUnharmed(target);
    }

    [Fact]
    public void A_process_that_is_traced_already_is_denied()
    {
        using var target = Target.StartWorkload("busy");
        using var tracer = RunningCommand.Start(target.Folder, "/usr/bin/strace", "-f", "-o", "/dev/null", "-p", $"{target.Pid}");
        Assert.True(Patience.Until(() => TaskState.IsTraced(target.Pid), 10), "strace does not attach");
        CrStreamCommand.Checkpoint(target, "--kill").MustFailWith($"{tracer.Pid}");
        tracer.Kill(Signal.SIGINT);
        tracer.Wait();
        MustBeUnharmed(target);
    }

    [Fact]
    public void A_destination_that_cannot_be_written_harms_nothing()
    {
        using var target = Target.StartWorkload("counter");
        CrStreamCommand.Run(target, "checkpoint", $"{target.Pid}", "-o", target.PathOf("no such directory/image.crs"), "--kill").MustFailWith("no such directory");
        CrStreamCommand.Run(target, "checkpoint", $"{target.Pid}", "-o", "/dev/full", "--kill").MustFailWith("/dev/full");
        MustBeUnharmed(target);
    }

    [Fact]
    public void Wrong_usage_has_a_status_of_its_own()
    {
        using var target = Target.StartWorkload("counter");
        Assert.Equal(2, CrStreamCommand.Run(target, "checkpoint", $"{target.Pid}").ExitCode);
        Assert.Equal(2, CrStreamCommand.Run(target, "checkpoint", "this one", "-o", target.Image).ExitCode);
        Assert.Equal(2, CrStreamCommand.Run(target, "no-such-command").ExitCode);
        CrStreamCommand.Run(target, "checkpoint", "4194303", "-o", target.Image).MustFailWith("4194303");
        MustBeUnharmed(target);
    }

    private static void MustBeUnharmed(Target target)
    {
        Assert.False(File.Exists(target.Image), "an image is left");
        target.MustBeOk();
    }
}
