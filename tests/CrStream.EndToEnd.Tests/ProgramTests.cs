using System.Collections.Concurrent;
using System.Text;
using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>Programs that people use, in the middle of their work.</summary>
public sealed class ProgramTests
{
    /// <summary>The digest of what each command line writes when nothing happens to it.</summary>
    private static readonly ConcurrentDictionary<string, string> Undisturbed = [];

    [Theory]
    [InlineData("/usr/bin/python3", "python.py", 1)]
    [InlineData("/usr/bin/python3", "python.py", 10)]
    [InlineData("/usr/bin/perl", "perl.pl", 1)]
    [InlineData("/usr/bin/perl", "perl.pl", 10)]
    [InlineData("/bin/bash", "loop.sh", 1)]
    [InlineData("/bin/bash", "loop.sh", 10)]
    [InlineData("/bin/bash", "traps.sh", 2)]
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

    // gzip is fast, and gets more to do.
    [Theory]
    [InlineData("xz", "-6 -T1", 1, 1)]
    [InlineData("xz", "-6 -T1", 1, 10)]
    [InlineData("xz", "-6 -T2", 1, 1)]
    [InlineData("gzip", "-9", 10, 1)]
    public void A_compressor_writes_the_same_as_without_a_checkpoint(string program, string options, int copies, int rounds)
    {
        using var target = Target.StartProgram(directory => WriteInput(directory, copies), $"/usr/bin/{program}", [.. options.Split(' '), "-k", "-c", "input"]);
        for (var round = 1; round <= rounds; round++)
        {
            Assert.True(target.IsAlive, $"{program} was too fast");
            CrStreamCommand.CheckpointAndKill(target);
            CrStreamCommand.RestoreInPlace(target);
        }

        Assert.True(Patience.Until(() => !target.IsAlive, 300), $"{program} does not end");
        Assert.Equal("", File.ReadAllText(target.PathOf("stderr")));
        var undisturbed = Undisturbed.GetOrAdd($"{program} {options}", line => Tool.Shell(target.Folder, $"{line} -k -c input | sha256sum").MustSucceed().Output);
        Assert.Equal(undisturbed, Tool.Shell(target.Folder, "sha256sum < stdout").MustSucceed().Output);
    }

    [Fact]
    public void A_build_goes_on_and_makes_the_same_program()
    {
        const int Units = 40;
        const string Options = "-j4 --no-print-directory -f";
        string[] project = [Path.Combine(Repository.Programs, "build/Makefile"), $"TEMPLATE={Path.Combine(Repository.Programs, "build/unit.template")}"];
        using var target = Target.StartProgram(_ => { }, "/usr/bin/make", [.. Options.Split(' '), .. project]);
        Assert.True(Patience.Until(() => Compiled() >= 5 || !target.IsAlive, 60), "nothing is compiled");
        CrStreamCommand.CheckpointAndKill(target);
        Assert.InRange(Compiled(), 5, Units - 1);
        CrStreamCommand.RestoreInPlace(target);
        Assert.True(Patience.Until(() => !target.IsAlive, 120), "make does not end");
        Assert.Equal("", File.ReadAllText(target.PathOf("stderr")));

        var undisturbed = Directory.CreateDirectory(target.PathOf("undisturbed")).FullName;
        Tool.Run(undisturbed, "/usr/bin/make", [.. Options.Split(' '), .. project]).MustSucceed();
        Tool.Shell(target.Folder, "for file in undisturbed/*; do cmp $file ${file#*/}; done; ./program").MustSucceed();
        var commands = File.ReadAllLines(target.PathOf("stdout"));
        Assert.Equal(Units + 1, commands.Count(line => line.StartsWith("cc -O2 -c", StringComparison.Ordinal))); // main.c too, and none twice

        int Compiled() => Directory.GetFiles(target.Folder, "unit*.o").Length;
    }

    [Fact]
    public void Background_jobs_end_with_their_statuses_and_output()
    {
        using var target = Target.StartScript("/bin/bash", "jobs.sh");
        CrStreamCommand.CheckpointAndKill(target);
        CrStreamCommand.RestoreInPlace(target);
        File.WriteAllText(target.PathOf("go"), "");
        Assert.True(Patience.Until(() => !target.IsAlive, 60), "the shell does not end");
        var sorted = Tool.Shell(target.Folder, "seq 60000 -1 1 | sha256sum").MustSucceed().Output.Split(' ')[0];
        string[] expected = ["stopped: [3]", "job 1: 0", "job 2: 7", "job 3: 9", "job 4: 11", "job 5: 13", "job 6: 15", $"60000 lines copied, sorted to {sorted}"];
        Assert.Equal(expected, File.ReadAllLines(target.PathOf("stdout")));
    }

    [Fact]
    public void A_pool_goes_on_in_the_middle_of_its_work()
    {
        using var target = Target.StartScript("/usr/bin/python3", "pool.py");
        CrStreamCommand.CheckpointAndKill(target);
        Assert.Equal("", File.ReadAllText(target.PathOf("stdout")));
        CrStreamCommand.RestoreInPlace(target);
        Assert.True(Patience.Until(() => !target.IsAlive, 60), $"the pool does not end: {File.ReadAllText(target.PathOf("stderr"))}");
        Assert.Equal("", File.ReadAllText(target.PathOf("stderr")));
        Assert.Equal(["200 answers, right, by 200 calls", "4 workers, the same to the end"], File.ReadAllLines(target.PathOf("stdout")));
    }

    // Text that compresses by half and takes xz seconds to do so.
    private static void WriteInput(string directory, int copies)
    {
        var random = new Random(5);
        var words = Enumerable.Range(0, 5000).Select(_ => Convert.ToHexString(BitConverter.GetBytes(random.Next()))[..random.Next(2, 8)]).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < 2_000_000; i++)
            text.Append(words[random.Next(words.Length)]).Append(i % 12 == 0 ? '\n' : ' ');
        using var file = File.CreateText(Path.Combine(directory, "input"));
        for (var i = 0; i < copies; i++)
            file.Write(text);
    }
}
