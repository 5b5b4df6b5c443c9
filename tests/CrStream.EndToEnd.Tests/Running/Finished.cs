namespace CrStream.EndToEnd.Tests.Running;

/// <summary>What a command left: its exit status (128 and the signal's number for a killed one) and what it wrote.</summary>
internal sealed record Finished(string Command, int ExitCode, string Output, string Error)
{
    public override string ToString() => $"{Command}\nexit code {ExitCode}\n{Output}{Error}";

    public Finished MustSucceed()
    {
        Assert.True(ExitCode == 0, ToString());
        return this;
    }

    /// <summary>Failed as a user should see it: an error of a few lines, no stack trace, and all these words in it.</summary>
    public void MustFailWith(params string[] words) => MustFail(1, words);

    /// <summary>The same, with the status for wrong or missing options.</summary>
    public void MustBeRefusedWith(params string[] words) => MustFail(2, words);

    private void MustFail(int exitCode, string[] words)
    {
        Assert.True(ExitCode == exitCode, $"exit code {exitCode} expected\n{this}");
        Assert.StartsWith("crstream: error: ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.True(Error.Split('\n').Length <= 8, $"too long an error\n{this}");
        foreach (var word in words)
            Assert.Contains(word, Error, StringComparison.OrdinalIgnoreCase);
    }
}
