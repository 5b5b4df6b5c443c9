using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>A restore that cannot be done says why, and leaves no task behind; once the cause is mended, the same image works.</summary>
public sealed class RestoreFailureTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("lz4")]
    public void A_truncated_image_is_refused(string stage)
    {
        using var target = Target.StartWorkload("files");
        CrStreamCommand.CheckpointAndKill(target, "--compress", stage);
        var image = File.ReadAllBytes(target.Image);
        foreach (var length in new[] { 0, 5, 12, 100, image.Length / 2, image.Length - 100, image.Length - 1 })
        {
            File.WriteAllBytes(target.Image, image[..length]);
            CrStreamCommand.Restore(target).MustFailWith();
            MustLeaveNothing(target, $"{length} of {image.Length} bytes");
        }

        MustWorkAgain(target, image);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("lz4")]
    public void A_corrupted_image_is_refused(string stage)
    {
        var random = new Random(11);
        using var target = Target.StartWorkload("files");
        CrStreamCommand.CheckpointAndKill(target, "--compress", stage);
        var image = File.ReadAllBytes(target.Image);
        var places = Enumerable.Range(0, 12).Select(_ => random.Next(image.Length)).Append(3).Append(9).Append(image.Length - 3);
        foreach (var place in places)
        {
            var corrupted = (byte[])image.Clone();
            corrupted[place] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(target.Image, corrupted);
            CrStreamCommand.Restore(target).MustFailWith();
            MustLeaveNothing(target, $"byte {place} of {image.Length}");
        }

        File.WriteAllBytes(target.Image, [.. image, 0]);
        CrStreamCommand.Restore(target).MustFailWith();
        MustLeaveNothing(target, "a byte too much");
        MustWorkAgain(target, image);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var target = Target.StartWorkload("files");
        CrStreamCommand.CheckpointAndKill(target);
        File.Move(target.PathOf("plain file (odd) name"), target.PathOf("elsewhere"));
        CrStreamCommand.Restore(target).MustFailWith("plain file (odd) name");
        MustLeaveNothing(target, "a missing file");
        File.Move(target.PathOf("elsewhere"), target.PathOf("plain file (odd) name"));
        MustWorkAgain(target, File.ReadAllBytes(target.Image));
    }

    [Fact]
    public void A_file_that_changed_its_size_is_named_unless_that_is_allowed()
    {
        using var target = Target.StartWorkload("files");
        CrStreamCommand.CheckpointAndKill(target);
        File.AppendAllText(target.PathOf("plain file (odd) name"), "more\n");
        CrStreamCommand.Restore(target).MustFailWith("plain file (odd) name");
        MustLeaveNothing(target, "a changed file");
        CrStreamCommand.RestoreInPlace(target, "--allow-changed-file", "*/plain file*");
        target.MustBeOk();
    }

    [Fact]
    public void A_file_that_was_replaced_is_named()
    {
        using var target = Target.StartWorkload("files");
        CrStreamCommand.CheckpointAndKill(target);
        var name = target.PathOf("plain file (odd) name");
        Tool.Run(target.Folder, "cp", name, target.PathOf("copy")).MustSucceed();
        File.Move(target.PathOf("copy"), name, true);
        CrStreamCommand.Restore(target).MustFailWith("plain file (odd) name");
        MustLeaveNothing(target, "a replaced file");
    }

    [Fact]
    public void A_log_that_grew_is_no_error()
    {
        using var target = Target.StartWorkload("counter");
        CrStreamCommand.CheckpointAndKill(target);
        File.AppendAllText(target.PathOf("stdout"), "somebody else wrote this\n");
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOk();
    }

    [Fact]
    public void A_pid_that_is_in_use_is_named()
    {
        using var target = Target.StartWorkload("counter");
        CrStreamCommand.Checkpoint(target).MustSucceed();
        CrStreamCommand.Restore(target, "--timeout", "1").MustFailWith($"{target.Pid}");
        Assert.Equal([target.Pid], TaskState.WorkingIn(target.Folder));
        target.MustBeOk();
    }

    private static void MustLeaveNothing(Target target, string what) =>
        Assert.True(Patience.Until(() => TaskState.WorkingIn(target.Folder).Count == 0, 3), $"{what}: left behind: {string.Join(", ", TaskState.WorkingIn(target.Folder))}");

    private static void MustWorkAgain(Target target, byte[] image)
    {
        File.WriteAllBytes(target.Image, image);
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOk();
    }
}
