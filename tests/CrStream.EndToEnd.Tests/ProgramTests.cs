using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>Programs that people use, in the middle of their work.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("/usr/bin/python3", "python.py", 1)]
    [InlineData("/usr/bin/python3", "python.py", 10)]
    [InlineData("/usr/bin/perl", "perl.pl", 1)]
    [InlineData("/usr/bin/perl", "perl.pl", 10)]
    [InlineData("/bin/bash", "loop.sh", 1)]
    [InlineData("/bin/bash", "loop.sh", 10)]
    [InlineData("/usr/bin/python3", "sqlite.py", 1)]
    [InlineData("/usr/bin/python3", "sqlite.py", 10)]
    public void A_script_goes_on_after_every_restore(string interpreter, string script, int rounds)
    {
        using var target = Target.StartScript(interpreter, script);
        for (var round = 1; round <= rounds; round++)
        {
            CrStreamCommand.CheckpointAndKill(target);
            CrStreamCommand.RestoreInPlace(target);
            var verdict = target.RoundVerdict();
            Assert.True(verdict == "OK", $"round {round}: {verdict}");
        }

        target.MustBeOk();
    }

    [Fact]
    public void A_transaction_keeps_its_lock()
    {
        const string Intruder = "sqlite3 database 'INSERT INTO rows VALUES (-1, 0)'";
        using var target = Target.StartScript("/usr/bin/python3", "sqlite.py");
        Assert.Contains("locked", Tool.Shell(target.Folder, Intruder).Error, StringComparison.Ordinal);
        CrStreamCommand.CheckpointAndKill(target);
        CrStreamCommand.RestoreInPlace(target);
        Assert.Contains("locked", Tool.Shell(target.Folder, Intruder).Error, StringComparison.Ordinal);
        target.MustBeOk();
        Tool.Shell(target.Folder, Intruder).MustSucceed();
    }

    [Theory]
    [InlineData("xz", "-6 -T1", 1)]
    [InlineData("xz", "-6 -T1", 10)]
    [InlineData("xz", "-6 -T2", 1)]
    [InlineData("gzip", "-9", 1)]
    public void A_compressor_writes_the_same_as_without_a_checkpoint(string program, string options, int rounds)
    {
        using var target = Target.StartProgram(WriteInput, $"/usr/bin/{program}", [.. options.Split(' '), "-k", "-c", "input"]);
        for (var round = 1; round <= rounds; round++)
        {
            Thread.Sleep(100);
            Assert.True(target.IsAlive, $"{program} was too fast");
            CrStreamCommand.CheckpointAndKill(target);
            CrStreamCommand.RestoreInPlace(target);
        }

        Assert.True(Patience.Until(() => !target.IsAlive, 120), $"{program} does not end");
        Assert.Equal("", File.ReadAllText(target.PathOf("stderr")));
        Tool.Shell(target.Folder, $"{program} {options} -k -c input > undisturbed; cmp undisturbed stdout").MustSucceed();
    }

    // Text that compresses by half and takes seconds to do so.
    private static void WriteInput(string directory)
    {
        var random = new Random(5);
        var words = Enumerable.Range(0, 5000).Select(_ => Convert.ToHexString(BitConverter.GetBytes(random.Next()))[..random.Next(2, 8)]).ToArray();
        using var file = File.CreateText(Path.Combine(directory, "input"));
        for (var i = 0; i < 6_000_000; i++)
        {
            file.Write(words[random.Next(words.Length)]);
            file.Write(i % 12 == 0 ? '\n' : ' ');
        }
    }
}
