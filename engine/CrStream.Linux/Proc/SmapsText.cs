namespace CrStream.Linux.Proc;

/// <summary>Reads the text of /proc/PID/smaps; see proc_pid_smaps(5).</summary>
public static class SmapsText
{
    /// <summary>Reads the mappings in the order of addresses.</summary>
    /// <exception cref="ProcFormatException">The text is not what proc(5) says.</exception>
    public static IReadOnlyList<DetailedMapping> Parse(ReadOnlySpan<byte> text)
    {
        List<DetailedMapping> mappings = [];
        var lines = new TextCursor("smaps", text);
        while (lines.NextLine(out var line))
        {
            // A key begins with a capital; the address that begins a record is hexadecimal in small letters.
            if (line is [>= (byte)'A' and <= (byte)'Z', ..])
            {
                if (mappings.Count == 0)
                {
                    throw new ProcFormatException("smaps", "a mapping's range", line);
                }

                ReadValue(mappings[^1], line);
            }
            else
            {
                mappings.Add(new DetailedMapping(MapsText.ParseLine("smaps", line)));
            }
        }

        return mappings;
    }

    private static void ReadValue(DetailedMapping mapping, ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            throw new ProcFormatException("smaps", "a key with a colon", line);
        }

        var key = line[..colon];
        var value = new TextCursor("smaps", line[(colon + 1)..]);
        if (key.SequenceEqual("VmFlags"u8))
        {
            ReadFlags(mapping, value);
        }
        else if (key.SequenceEqual("KernelPageSize"u8))
        {
            mapping.KernelPageSize = Size(value);
        }
        else if (key.SequenceEqual("MMUPageSize"u8))
        {
            mapping.MmuPageSize = Size(value);
        }
        else if (key.SequenceEqual("Rss"u8))
        {
            mapping.Rss = Size(value);
        }
        else if (key.SequenceEqual("Shared_Clean"u8) || key.SequenceEqual("Shared_Dirty"u8))
        {
            mapping.Shared += Size(value);
        }
        else if (key.SequenceEqual("Anonymous"u8))
        {
            mapping.Anonymous = Size(value);
        }
        else if (key.SequenceEqual("AnonHugePages"u8))
        {
            mapping.AnonHugePages = Size(value);
        }
        else if (key.SequenceEqual("Swap"u8))
        {
            mapping.Swap = Size(value);
        }
        else if (key.SequenceEqual("Locked"u8))
        {
            mapping.Locked = Size(value);
        }
        else if (key.SequenceEqual("ProtectionKey"u8))
        {
            value.SkipBlanks();
            mapping.ProtectionKey = (int)value.Decimal("a key");
        }
    }

    private static void ReadFlags(DetailedMapping mapping, TextCursor value)
    {
        List<string>? unknown = null;
        for (var letters = value.Word(); !letters.IsEmpty; letters = value.Word())
        {
            var flag = VmFlagsText.Find(letters);
            mapping.Flags |= flag;
            if (flag == VmFlags.None)
            {
                (unknown ??= []).Add(new KernelText(letters).ToString());
            }
        }

        mapping.UnknownFlags = unknown ?? mapping.UnknownFlags;
    }

    private static ulong Size(TextCursor value)
    {
        value.SkipBlanks();
        return value.Decimal("a size in kB") * 1024;
    }
}
