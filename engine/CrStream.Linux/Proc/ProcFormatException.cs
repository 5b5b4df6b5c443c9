using CrStream.Abstractions;

namespace CrStream.Linux.Proc;

/// <summary>A file of /proc does not read as proc(5) says. The tasks are unharmed.</summary>
public sealed class ProcFormatException : CheckpointException
{
    private const int ShownBytes = 120;

    /// <summary>Makes an error about a text.</summary>
    /// <param name="file">The file's name under /proc/PID, such as <c>smaps</c>.</param>
    /// <param name="what">What was expected.</param>
    /// <param name="text">The text at the place, of which the beginning is shown.</param>
    public ProcFormatException(string file, string what, ReadOnlySpan<byte> text)
        : base(
            $"/proc/PID/{file}: expected {what} at '{new KernelText(text[..Math.Min(text.Length, ShownBytes)])}'",
            "this kernel is not one that crstream knows; please report it with the output of uname -r")
        => File = file;

    /// <summary>The file's name under /proc/PID.</summary>
    public string File { get; }
}
