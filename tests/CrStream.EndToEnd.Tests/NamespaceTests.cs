using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>Namespaces of the tree that others have as well, and what one holds that is not carried.</summary>
public sealed class NamespaceTests
{
    [Fact]
    public void A_namespace_that_somebody_outside_has_or_that_is_not_empty_is_denied()
    {
        using var target = Target.StartWorkload("namespaces");
        using (var outsider = RunningCommand.Start(target.Folder, "/usr/bin/nsenter", "--target", $"{target.Pid}", "--uts", "/bin/cat"))
        {
            Assert.True(Patience.Until(() => Link(outsider.Pid) == Link(target.Pid), 5), "nsenter does not enter");
            CrStreamCommand.Checkpoint(target, "--kill").MustFailWith("uts:[", $"process {outsider.Pid}");
            outsider.Wait();
        }

        var made = Tool.Run(target.Folder, "/usr/bin/nsenter", "--target", $"{target.Pid}", "--ipc", "/usr/bin/ipcmk", "--queue");
        made.MustSucceed();
        CrStreamCommand.Checkpoint(target, "--kill").MustFailWith("ipc namespace", "message queues");
        Tool.Run(target.Folder, "/usr/bin/nsenter", "--target", $"{target.Pid}", "--ipc", "/usr/bin/ipcrm", "--all=msg").MustSucceed();

        CrStreamCommand.CheckpointAndKill(target);
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOk();
    }

    private static string Link(int pid) => new FileInfo($"/proc/{pid}/ns/uts").LinkTarget ?? "";
}
