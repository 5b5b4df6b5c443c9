namespace CrStream.Abstractions;

/// <summary>
/// Whatever CrStream reports to its user. The message says what failed, where (pid, fd, address, object id, byte
/// offset) and why; the hint says what the user can do about it.
/// </summary>
public abstract class CrStreamException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">What, where and why; lower case, no full stop.</param>
    /// <param name="hint">The option, plugin or command that helps, or null where nothing does.</param>
    /// <param name="cause">What was caught, or null.</param>
    protected CrStreamException(string message, string? hint, Exception? cause)
        : base(message, cause) => Hint = hint;

    /// <summary>What the user can do: an option, a plugin or a command. Null where there is nothing to advise.</summary>
    public string? Hint { get; }
}
