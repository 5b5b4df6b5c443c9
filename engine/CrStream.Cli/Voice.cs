using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>
/// How the command talks to people, on the standard error: one line that says what, where and why, in lower case and
/// without a full stop, and perhaps a second one with what to do. Stack traces only with <c>--verbose</c>.
/// </summary>
internal sealed class Voice(TextWriter error)
{
    /// <summary>Whether stack traces are shown.</summary>
    public bool Verbose { get; set; }

    /// <summary>Says that something failed.</summary>
    public void Error(string message, string? hint = null)
    {
        Line($"error: {message}");
        if (hint is not null)
        {
            Line($"hint: {hint}");
        }
    }

    /// <summary>Says what was done; not a result that scripts read.</summary>
    public void Note(string message) => Line(message);

    /// <summary>Reports what was caught, and gives the code to end with.</summary>
    public int Report(Exception caught, bool interrupted)
    {
        var exception = Cause(caught);
        var code = Say(exception, interrupted);
        if (Verbose)
        {
            error.WriteLine(exception);
        }

        return code;
    }

    private int Say(Exception exception, bool interrupted)
    {
        switch (exception)
        {
            case OperationCanceledException when interrupted:
                Error("interrupted");
                return ExitCode.Interrupted;
            case UsageException usage:
                Error(usage.Message, usage.Hint);
                return ExitCode.Usage;
            case CrStreamException known:
                Error(known.Message, known.Hint);
                return ExitCode.Failed;
            default:
                Error($"internal error: {exception.GetType().Name}: {exception.Message.TrimEnd('.')}{(Verbose ? "" : "; run again with --verbose")}");
                return ExitCode.Failed;
        }
    }

    /// <summary>Dataflow blocks wrap what they fault with; what CrStream itself threw says most.</summary>
    private static Exception Cause(Exception caught)
    {
        if (caught is not AggregateException aggregate)
        {
            return caught;
        }

        var all = aggregate.Flatten().InnerExceptions;
        return all.FirstOrDefault(one => one is CrStreamException) ?? all.FirstOrDefault(one => one is not OperationCanceledException) ?? all[0];
    }

    /// <summary>Messages may quote names from the target, and a name may hold line breaks or escape sequences.</summary>
    private void Line(string message) => error.WriteLine($"crstream: {Printable.Of(message)}");
}
