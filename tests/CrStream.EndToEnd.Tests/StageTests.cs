using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>The image as bytes: stages, pipes, and the tools that people already have.</summary>
public sealed class StageTests
{
    [Theory]
    [InlineData("memory")]
    [InlineData("counter")]
    [InlineData("pipes")]
    public void A_process_goes_on_from_an_uncompressed_image(string name)
    {
        using var target = Target.StartWorkload(name);
        CrStreamCommand.CheckpointAndKill(target, "--compress", "none");
        Assert.Equal("LinuxC/R"u8.ToArray(), FirstBytes(target.Image, 8));
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOk();
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("counter")]
    [InlineData("files")]
    public void A_process_goes_on_from_an_encrypted_image(string name)
    {
        using var target = Target.StartWorkload(name);
        Tool.Run(target.Folder, "age-keygen", "-o", "key.txt").MustSucceed();
        var recipient = Tool.Run(target.Folder, "age-keygen", "-y", "key.txt").MustSucceed().Output.Trim();
        CrStreamCommand.CheckpointAndKill(target, "--encrypt-to", recipient);
        Assert.Equal("age-encryption.org/v1"u8.ToArray(), FirstBytes(target.Image, 21));
        CrStreamCommand.Restore(target).MustBeRefusedWith("--identity");
        CrStreamCommand.RestoreInPlace(target, "--identity", "key.txt");
        target.MustBeOk();
    }

    [Fact]
    public void A_process_goes_on_from_an_image_with_a_passphrase()
    {
        using var target = Target.StartWorkload("memory");
        File.WriteAllText(target.PathOf("passphrase"), "correct horse battery staple\n");
        File.WriteAllText(target.PathOf("wrong"), "incorrect horse\n");
        Tool.Run(target.Folder, "chmod", "600", "passphrase", "wrong").MustSucceed();
        CrStreamCommand.CheckpointAndKill(target, "--passphrase-file", "passphrase");
        CrStreamCommand.Restore(target, "--passphrase-file", "wrong").MustBeRefusedWith("passphrase");
        CrStreamCommand.RestoreInPlace(target, "--passphrase-file", "passphrase");
        target.MustBeOk();
    }

    [Fact]
    public void An_image_goes_through_pipes_and_common_tools()
    {
        using var target = Target.StartWorkload("counter");
        Tool.Run(target.Folder, "age-keygen", "-o", "key.txt").MustSucceed();
        var crstream = Repository.Command;
        Tool.Shell(target.Folder, $"{crstream} checkpoint {target.Pid} --kill --encrypt-to $(age-keygen -y key.txt) -o - | cat > image.age").MustSucceed();
        Tool.Shell(target.Folder, $"age -d -i key.txt image.age | lz4 -d | {crstream} verify -").MustSucceed();
        var restored = Tool.Shell(target.Folder, $"age -d -i key.txt image.age | lz4 -d | lz4 -c | {crstream} restore - --detach").MustSucceed();
        Assert.Equal($"{target.Pid}", restored.Output.Trim());
        target.MustBeOk();
    }

    [Fact]
    public void Zero_and_untouched_pages_are_not_written()
    {
        using var target = Target.StartWorkload("zero_pages");
        CrStreamCommand.CheckpointAndKill(target, "--compress", "none");
        var length = new FileInfo(target.Image).Length;
        Assert.True(length < 4 << 20, $"the image of a process with 1.2 GiB of zeros has {length} bytes");
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOk();
    }

    [Fact]
    public void An_image_can_be_verified_and_inspected()
    {
        using var target = Target.StartWorkload("files");
        CrStreamCommand.Checkpoint(target).MustSucceed();
        CrStreamCommand.Run(target, "verify", target.Image).MustSucceed();
        var text = CrStreamCommand.Run(target, "inspect", target.Image).MustSucceed().Output;
        Assert.Contains("plain file (odd) name", text, StringComparison.Ordinal);
        var json = CrStreamCommand.Run(target, "inspect", target.Image, "--json").MustSucceed().Output;
        using var parsed = System.Text.Json.JsonDocument.Parse(json);
        target.MustBeOk();
    }

    private static byte[] FirstBytes(string path, int count)
    {
        var bytes = new byte[count];
        using var file = File.OpenRead(path);
        file.ReadExactly(bytes);
        return bytes;
    }
}
