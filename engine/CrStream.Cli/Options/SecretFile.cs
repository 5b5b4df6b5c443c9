using System.Text;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>Reads files that hold secrets: only those that nobody but their owner can read, and no large ones.</summary>
internal static class SecretFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaximumLength = 64 * 1024;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>A file's text.</summary>
    /// <param name="path">The file; a pipe (such as a shell's process substitution) is read too.</param>
    /// <param name="what">What an error calls it.</param>
    /// <exception cref="UsageException">It cannot be read, is too large, or others can read it.</exception>
    public static string ReadText(string path, string what) => Encoding.UTF8.GetString(Read(path, what));

    /// <summary>A file's bytes without the line break at their end.</summary>
    /// <exception cref="UsageException">It cannot be read, is too large or empty, or others can read it.</exception>
    public static ReadOnlyMemory<byte> ReadPassphrase(string path)
    {
        var bytes = Read(path, "passphrase file");
        var length = bytes.AsSpan().TrimEnd("\r\n"u8).Length;
        return length > 0 ? bytes.AsMemory(0, length) : throw new UsageException($"passphrase file \"{path}\" is empty");
    }

    private static byte[] Read(string path, string what)
    {
        try
        {
            using var handle = File.OpenHandle(path);

            // Of the open file, so that it cannot be exchanged between the look and the reading.
            if ((File.GetUnixFileMode(handle) & Others) != 0)
            {
                throw new UsageException($"{what} \"{path}\" can be read or changed by others than its owner", $"chmod 600 {path}");
            }

            using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            var bytes = new byte[MaximumLength + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaximumLength ? bytes[..length] : throw new UsageException($"{what} \"{path}\" has more than {MaximumLength} bytes");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{what} \"{path}\" cannot be read: {Reason(unreadable)}", null, unreadable);
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "permission denied, or it is a directory",
        _ => exception.Message.TrimEnd('.'),
    };
}
