using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace CrStream.Linux.Proc;

/// <summary>
/// A name as the kernel keeps it: bytes, which are usually but not necessarily UTF-8. Equal when the bytes are.
/// </summary>
public sealed class KernelText : IEquatable<KernelText>
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly byte[] bytes;

    /// <summary>Copies the bytes.</summary>
    public KernelText(ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes.ToArray();
        Text = Utf8.IsValid(bytes) ? Strict.GetString(bytes) : null;
    }

    /// <summary>The bytes themselves, without a zero behind them.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The text; null when the bytes are not valid UTF-8, and so have no text that leads back to them.</summary>
    public string? Text { get; }

    /// <summary>For messages: the text, with control characters and bytes that are not UTF-8 as <c>\xHH</c>.</summary>
    public override string ToString()
    {
        var shown = new StringBuilder(bytes.Length);
        ReadOnlySpan<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (valid && !Rune.IsControl(rune))
            {
                shown.Append(rune.ToString());
            }
            else
            {
                foreach (var one in rest[..length])
                {
                    shown.Append(CultureInfo.InvariantCulture, $"\\x{one:x2}");
                }
            }

            rest = rest[length..];
        }

        return shown.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(KernelText? other) => other is not null && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KernelText);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
