using System.Buffers.Text;

namespace CrStream.Linux.Proc;

/// <summary>Walks over text of /proc: lines, and the blank-separated words of a line. Refuses what it does not understand.</summary>
internal ref struct TextCursor(string file, ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;

    public readonly ReadOnlySpan<byte> Rest => rest;

    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>Takes the next line, without its end. False at the end of the text.</summary>
    public bool NextLine(out ReadOnlySpan<byte> line)
    {
        if (rest.IsEmpty)
        {
            line = default;
            return false;
        }

        var end = rest.IndexOf((byte)'\n');
        line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return true;
    }

    /// <summary>Takes the next word and the blanks before it; empty at the end.</summary>
    public ReadOnlySpan<byte> Word()
    {
        SkipBlanks();
        var end = rest.IndexOfAny(" \t\n"u8);
        var word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return word;
    }

    /// <summary>Takes the next word, of which there is one, and gives its first letter.</summary>
    public char Letter(string what)
    {
        SkipBlanks();
        return rest.IsEmpty ? throw Bad(what) : (char)Word()[0];
    }

    public void SkipBlanks()
    {
        var start = rest.IndexOfAnyExcept(" \t\n"u8);
        rest = start < 0 ? default : rest[start..];
    }

    public readonly bool StartsWith(ReadOnlySpan<byte> prefix) => rest.StartsWith(prefix);

    public void Expect(ReadOnlySpan<byte> literal, string what)
    {
        if (!rest.StartsWith(literal))
        {
            throw Bad(what);
        }

        rest = rest[literal.Length..];
    }

    /// <summary>Takes an unsigned decimal number that stands here, without blanks before it.</summary>
    public ulong Decimal(string what) => Utf8Parser.TryParse(rest, out ulong value, out var length) ? Take(value, length) : throw Bad(what);

    /// <summary>Takes a signed decimal number that stands here, without blanks before it.</summary>
    public long Signed(string what) => Utf8Parser.TryParse(rest, out long value, out var length) ? Take(value, length) : throw Bad(what);

    /// <summary>Takes a hexadecimal number without 0x that stands here, without blanks before it.</summary>
    public ulong Hex(string what) => Utf8Parser.TryParse(rest, out ulong value, out var length, 'x') ? Take(value, length) : throw Bad(what);

    /// <summary>Takes an octal number that stands here, without blanks before it.</summary>
    public ulong Octal(string what)
    {
        var length = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'7');
        length = length < 0 ? rest.Length : length;
        if (length is 0 or > 21)
        {
            throw Bad(what);
        }

        ulong value = 0;
        foreach (var digit in rest[..length])
        {
            value = (value << 3) | (uint)(digit - '0');
        }

        return Take(value, length);
    }

    public readonly ProcFormatException Bad(string what) => new(file, what, rest);

    private T Take<T>(T value, int length)
    {
        rest = rest[length..];
        return value;
    }
}
