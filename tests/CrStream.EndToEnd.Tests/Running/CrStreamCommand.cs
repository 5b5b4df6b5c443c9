namespace CrStream.EndToEnd.Tests.Running;

/// <summary>The command under test, run on a target. Its working directory is the target's, so that nothing it leaves is overlooked.</summary>
internal static class CrStreamCommand
{
    public static RunningCommand Start(Target target, params string[] arguments) =>
        RunningCommand.Start(target.Folder, Repository.Command, arguments);

    public static Finished Run(Target target, params string[] arguments)
    {
        using var command = Start(target, arguments);
        return command.Wait();
    }

    public static Finished Checkpoint(Target target, params string[] options) =>
        Run(target, ["checkpoint", $"{target.Pid}", "-o", target.Image, .. options]);

    public static Finished Restore(Target target, params string[] options) =>
        Run(target, ["restore", target.Image, "--detach", .. options]);

    /// <summary>Checkpoints a target and ends it; the image is there and the process is gone.</summary>
    public static void CheckpointAndKill(Target target, params string[] options)
    {
        Checkpoint(target, ["--kill", .. options]).MustSucceed();
        Assert.True(File.Exists(target.Image), "there is no image");
        Assert.True(Patience.Until(() => !target.IsAlive, 5), "the process is still there");
    }

    /// <summary>Restores a target under its own pid.</summary>
    public static void RestoreInPlace(Target target, params string[] options)
    {
        var restored = Restore(target, options).MustSucceed();
        Assert.Equal($"{target.Pid}", restored.Output.Trim());
        Assert.True(target.IsAlive, "the restored process is not there");
        File.Delete(target.Image);
    }
}
