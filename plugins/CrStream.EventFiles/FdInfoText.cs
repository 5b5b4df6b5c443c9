using System.Globalization;
using System.Text;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles;

/// <summary>The lines of /proc/PID/fdinfo/N that a kind of file adds: <c>key: value</c> each (proc_pid_fdinfo(5)).</summary>
internal static class FdInfoText
{
    private const int Longest = 4096;

    /// <summary>The text of an open file of this process; for those with few lines.</summary>
    internal static string Read(IKernel kernel, SafeFileHandle file) =>
        Read(kernel, string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{file.Number()}"));

    /// <summary>A short text of /proc that has such lines.</summary>
    internal static string Read(IKernel kernel, string path)
    {
        using var text = kernel.Open(path, FileFlags.O_RDONLY);
        var bytes = new byte[Longest];
        return Encoding.Latin1.GetString(bytes, 0, kernel.Read(text, bytes));
    }

    /// <summary>The value of the line with a key, without spaces around it; null where there is none.</summary>
    internal static string? Find(string text, string key)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length > key.Length && line[key.Length] == ':' && line.StartsWith(key, StringComparison.Ordinal))
            {
                return line[(key.Length + 1)..].Trim().ToString();
            }
        }

        return null;
    }

    /// <summary>The value of the line with a key, read in some way.</summary>
    /// <exception cref="CheckpointException">There is no such line, or it reads otherwise.</exception>
    internal static T Require<T>(string text, string key, Func<string, T> read)
    {
        var value = Find(text, key) ?? throw new CheckpointException($"the kernel's fdinfo has no line \"{key}\"", "this kernel is not known to crstream");
        try
        {
            return read(value);
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException or ArgumentException)
        {
            throw new CheckpointException($"the kernel's fdinfo has the line \"{key}: {value}\", which cannot be read", "this kernel is not known to crstream", unreadable);
        }
    }

    /// <summary>Reads a hexadecimal number.</summary>
    internal static ulong Hexadecimal(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Reads a decimal number.</summary>
    internal static long Decimal(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
