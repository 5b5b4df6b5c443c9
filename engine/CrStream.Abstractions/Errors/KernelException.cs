namespace CrStream.Abstractions;

/// <summary>A system call failed. What the caller adds around it says for which object and what helps.</summary>
public sealed class KernelException : CrStreamException
{
    /// <summary>Makes an error of a failed system call.</summary>
    /// <param name="call">The system call, as its man page is named.</param>
    /// <param name="error">The errno, a positive number.</param>
    /// <param name="about">What it was about: a path, a pid, an address; null for nothing more to say.</param>
    public KernelException(string call, int error, string? about = null)
        : base(about is null ? $"{call}: {ErrorNumber.Describe(error)}" : $"{call} {about}: {ErrorNumber.Describe(error)}", null, null)
    {
        Call = call;
        Error = error;
    }

    /// <summary>The system call that failed.</summary>
    public string Call { get; }

    /// <summary>Its errno, a positive number; see errno(3).</summary>
    public int Error { get; }
}
