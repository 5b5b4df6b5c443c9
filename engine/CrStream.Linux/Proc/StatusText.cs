namespace CrStream.Linux.Proc;

/// <summary>The lines of /proc/PID/status by their keys. No value has a newline: the one name in it is escaped.</summary>
internal readonly ref struct StatusText(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> text = text;

    /// <param name="key">With its colon.</param>
    /// <param name="value">What stands behind the key and a tab.</param>
    public bool Find(ReadOnlySpan<byte> key, out TextCursor value)
    {
        var rest = text;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            if (line.StartsWith(key))
            {
                value = new TextCursor("status", line[key.Length..]);
                if (value.StartsWith("\t"u8))
                {
                    value.Expect("\t"u8, "a tab");
                }

                return true;
            }

            rest = end < 0 ? default : rest[(end + 1)..];
        }

        value = default;
        return false;
    }

    public TextCursor Required(ReadOnlySpan<byte> key)
        => Find(key, out var value) ? value : throw new ProcFormatException("status", $"a line {new KernelText(key)}", text);

    public int Int(ReadOnlySpan<byte> key) => (int)Required(key).Signed("a number");

    public int? OptionalInt(ReadOnlySpan<byte> key) => Find(key, out var value) ? (int)value.Signed("a number") : null;

    /// <summary>A size in bytes; 0 where the line is missing.</summary>
    public ulong Size(ReadOnlySpan<byte> key) => Numbers(key, "kB"u8) is [var size] ? size * 1024 : 0;

    public ulong Mask(ReadOnlySpan<byte> key) => Required(key).Hex("a set");

    public TaskIds Ids(ReadOnlySpan<byte> key)
        => Numbers(key) is [var real, var effective, var saved, var fileSystem]
            ? new TaskIds((uint)real, (uint)effective, (uint)saved, (uint)fileSystem)
            : throw new ProcFormatException("status", $"four ids behind {new KernelText(key)}", text);

    /// <summary>The numbers of a line, up to the unit that they may have; none where it is missing.</summary>
    public List<ulong> Numbers(ReadOnlySpan<byte> key, ReadOnlySpan<byte> unit = default)
    {
        List<ulong> numbers = [];
        if (Find(key, out var value))
        {
            for (value.SkipBlanks(); !value.AtEnd && (unit.IsEmpty || !value.StartsWith(unit)); value.SkipBlanks())
            {
                numbers.Add(value.Decimal("a number"));
            }
        }

        return numbers;
    }
}
