using System.Globalization;
using System.Text.RegularExpressions;
using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>
/// What a stranger outside the tree holds too stops a checkpoint, with both ways of counting; without the stranger the
/// same tree passes.
/// </summary>
public sealed class LeakTests
{
    private const string Kernel = "no process holds the rest, so the kernel does: it may be in flight to STRANGER \\(leaks\\), in its fd 100 \\(socket:\\[[0-9]+\\]\\)";

    /// <summary>The command without the right to BPF.</summary>
    private static readonly string[] Unprivileged = ["--bounding-set", "-sys_admin,-bpf,-perfmon", Repository.Command];

    [Theory]
    [InlineData("mm", "address space of process PID has 2 references, 1 from inside the tree; also held by STRANGER \\(leaks\\)", "mm")]
    [InlineData("files", "descriptor table of process PID has 2 references, 1 from inside the tree; also held by STRANGER \\(leaks\\)", "files")]
    [InlineData("fs", "working directory of process PID has 2 references, 1 from inside the tree; also held by STRANGER \\(leaks\\)", "fs")]
    [InlineData("file", "open file description of fd 3 of PID \\(FOLDER/file\\) has 3 references, 2 from inside the tree; also held by STRANGER \\(leaks\\) as fd 3", "file")]
    [InlineData("pipe", "open file description of fd 4 of PID \\(pipe:\\[[0-9]+\\]\\) has 2 references, 1 from inside the tree; also held by STRANGER \\(leaks\\) as fd 4", "pipe")]
    [InlineData("reopened pipe", "the pipe at fd 3 of PID has 3 open files, 2 from inside the tree; also held by STRANGER \\(leaks\\) as fd [0-9]+", "pipe")]
    [InlineData("in flight", "open file description of fd [0-9]+ of PID \\(FOLDER/file\\) has 2 references, 1 from inside the tree; " + Kernel, "file", false)]
    [InlineData("shared memory", "the shared memory at the mapping at 0x[0-9a-f]+ of PID has 2 references, 1 from inside the tree; also held by STRANGER \\(leaks\\) mapped at 0x[0-9a-f]+", "shared-memory")]
    public void A_leak_is_refused_with_its_holder_and_the_tree_without_it_passes(string what, string message, string kind, bool isSeenByComparison = true)
    {
        using var target = Target.StartWorkload("leaks", what);
        var stranger = StrangerOf(target);
        var pattern = message.Replace("PID", $"{target.Pid}", StringComparison.Ordinal).Replace("STRANGER", $"{stranger}", StringComparison.Ordinal).Replace("FOLDER", target.Folder, StringComparison.Ordinal);
        Refused(CrStreamCommand.Checkpoint(target, "--kill"), $"^crstream: error: {pattern}\n.*--allow-leak {kind}\n");
        if (isSeenByComparison)
        {
            Refused(CheckpointByComparison(target), $"references from outside the tree; also held by {stranger} \\(leaks\\).*\n.*--allow-leak {kind}\n");
        }

        Assert.False(File.Exists(target.Image), "an image is left");
        End(stranger);
        CrStreamCommand.Checkpoint(target).MustSucceed();
        target.MustBeOk();
    }

    [Fact]
    public void A_leak_that_is_allowed_is_recorded_and_allows_no_other()
    {
        using var target = Target.StartWorkload("leaks", "sighand");
        var stranger = StrangerOf(target);
        Refused(CrStreamCommand.Checkpoint(target, "--allow-leak", "mm"), $"^crstream: error: table of signal actions of process {target.Pid} has 2 references, 1 from inside the tree; also held by {stranger} \\(leaks\\)\n");
        CrStreamCommand.Checkpoint(target, "--kill", "--allow-leak", "mm", "--allow-leak", "sighand").MustSucceed();
        var shown = CrStreamCommand.Run(target, "inspect", target.Image).MustSucceed().Output;
        Assert.Contains("counted by the kernel (bpf)", shown, StringComparison.Ordinal);
        Assert.Contains($"mm (allowed): address space of process {target.Pid} has 2 references, 1 from inside the tree; also held by {stranger} (leaks)", shown, StringComparison.Ordinal);
        Assert.Contains("sighand (allowed): ", shown, StringComparison.Ordinal);
        End(stranger);
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOk();
    }

    [Fact]
    public void The_doctor_and_the_image_say_how_references_are_counted()
    {
        using var target = Target.StartWorkload("counter");
        Assert.Contains("the kernel's own, by BPF iterators", CrStreamCommand.Run(target, "doctor").MustSucceed().Output, StringComparison.Ordinal);
        Assert.Contains("by a comparison with all other processes (kcmp)", Tool.Run(target.Folder, "/usr/bin/setpriv", [.. Unprivileged, "doctor"]).MustSucceed().Output, StringComparison.Ordinal);
        CheckpointByComparison(target).MustSucceed();
        Assert.Contains("compared with all other processes (kcmp)", CrStreamCommand.Run(target, "inspect", target.Image).MustSucceed().Output, StringComparison.Ordinal);
        target.MustBeOk();
    }

    private static Finished CheckpointByComparison(Target target) =>
        Tool.Run(target.Folder, "/usr/bin/setpriv", [.. Unprivileged, "checkpoint", $"{target.Pid}", "-o", target.Image]);

    private static void Refused(Finished command, string pattern)
    {
        command.MustFailWith();
        Assert.Matches(new Regex(pattern), command.Error);
    }

    private static int StrangerOf(Target target) => int.Parse(File.ReadAllText(target.PathOf("stranger")), CultureInfo.InvariantCulture);

    private static void End(int stranger)
    {
        Signal.Send(stranger, Signal.SIGKILL);
        Assert.True(Patience.Until(() => !TaskState.IsAlive(stranger), 5), "the stranger is still there");
    }
}
