namespace CrStream.Cli.Tests;

public sealed class SecretFileTests
{
    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Identity_that_others_can_reach_is_refused(UnixFileMode more)
    {
        using var session = new Session();
        var path = session.SecretFile("AGE-SECRET-KEY-1A");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        Assert.Equal(ExitCode.Usage, await session.RunAsync("verify", "x", "--identity", path));
        Assert.Equal($"crstream: error: identity file \"{path}\" can be read or changed by others than its owner\ncrstream: hint: chmod 600 {path}\n", session.Error);
        Assert.Null(session.Engine.Read);
    }

    [Fact]
    public async Task Missing_identity_is_named()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Usage, await session.RunAsync("verify", "x", "--identity", "/no/such/key"));
        Assert.Equal("crstream: error: identity file \"/no/such/key\" cannot be read: there is no such file\n", session.Error);
    }

    [Fact]
    public async Task Empty_passphrase_is_refused()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Usage, await session.RunAsync("verify", "x", "--passphrase-file", session.SecretFile("\n")));
        Assert.Contains("is empty", session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_too_large_for_a_key_is_refused()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Usage, await session.RunAsync("verify", "x", "--identity", session.SecretFile(new string('x', SecretFile.MaximumLength + 1))));
        Assert.Contains("more than 65536 bytes", session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_file_is_for_its_owner_only_and_is_not_overwritten()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "key.txt");
        using var session = new Session();
        Assert.Equal(ExitCode.Done, await session.RunAsync("keygen", "-o", path));
        Assert.Equal("age1test\n", session.Out);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        var lines = File.ReadAllLines(path);
        Assert.StartsWith("# created: 20", lines[0], StringComparison.Ordinal);
        Assert.Equal(["# public key: age1test", "AGE-SECRET-KEY-1TEST"], lines[1..]);

        Assert.Equal(ExitCode.Usage, await session.RunAsync("keygen", "-o", path));
        Assert.Contains("exists already", session.Error, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
