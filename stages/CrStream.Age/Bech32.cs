using System.Text;

namespace CrStream.Age;

/// <summary>
/// Bech32 (BIP 173), without its limit on the length: a readable part, the digit 1, the data in groups of five bits, and
/// six characters of checksum. All lower case or all upper case.
/// </summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;

    /// <summary>The text, in lower case.</summary>
    /// <param name="prefix">The readable part, in lower case.</param>
    /// <param name="data">The data, in bytes.</param>
    public static string Encode(string prefix, ReadOnlySpan<byte> data)
    {
        var groups = ToGroups(data);
        var text = new StringBuilder(prefix).Append('1');
        foreach (var group in groups) text.Append(Alphabet[group]);
        var checksum = Checksum(prefix, [.. groups, .. new byte[ChecksumLength]]) ^ 1;
        for (var i = ChecksumLength - 1; i >= 0; i--) text.Append(Alphabet[(int)(checksum >> (5 * i)) & 31]);
        return text.ToString();
    }

    /// <summary>The data of a text with a certain readable part; null for anything else.</summary>
    public static byte[]? Decode(string prefix, string text)
    {
        var lower = text.ToLowerInvariant();
        if (text.Any(char.IsAsciiLetterLower) && text.Any(char.IsAsciiLetterUpper)) return null;
        if (!lower.StartsWith(prefix + '1', StringComparison.Ordinal)) return null;
        var symbols = lower.AsSpan(prefix.Length + 1);
        if (symbols.Length < ChecksumLength) return null;

        var groups = new byte[symbols.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            var value = Alphabet.IndexOf(symbols[i]);
            if (value < 0) return null;
            groups[i] = (byte)value;
        }

        return Checksum(prefix, groups) == 1 ? FromGroups(groups.AsSpan(0, groups.Length - ChecksumLength)) : null;
    }

    private static uint Checksum(string prefix, ReadOnlySpan<byte> groups)
    {
        var sum = 1u;
        foreach (var letter in prefix) sum = Step(sum, letter >> 5);
        sum = Step(sum, 0);
        foreach (var letter in prefix) sum = Step(sum, letter & 31);
        foreach (var group in groups) sum = Step(sum, group);
        return sum;
    }

    private static uint Step(uint sum, int value)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        var top = sum >> 25;
        sum = ((sum & 0x1ffffff) << 5) ^ (uint)value;
        for (var i = 0; i < generator.Length; i++)
        {
            if (((top >> i) & 1) != 0) sum ^= generator[i];
        }

        return sum;
    }

    private static byte[] ToGroups(ReadOnlySpan<byte> data)
    {
        var groups = new byte[((data.Length * 8) + 4) / 5];
        for (var i = 0; i < groups.Length * 5; i++)
        {
            var bit = i < data.Length * 8 ? (data[i / 8] >> (7 - (i % 8))) & 1 : 0;
            groups[i / 5] = (byte)((groups[i / 5] << 1) | bit);
        }

        return groups;
    }

    /// <summary>The bytes; null if what pads the last group is a whole group or not zero.</summary>
    private static byte[]? FromGroups(ReadOnlySpan<byte> groups)
    {
        var data = new byte[groups.Length * 5 / 8];
        for (var i = 0; i < groups.Length * 5; i++)
        {
            var bit = (groups[i / 5] >> (4 - (i % 5))) & 1;
            if (i < data.Length * 8) data[i / 8] = (byte)((data[i / 8] << 1) | bit);
            else if (bit != 0) return null;
        }

        return (groups.Length * 5) - (data.Length * 8) < 5 ? data : null;
    }
}
