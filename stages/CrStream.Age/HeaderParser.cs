using System.Text;
using CrStream.Abstractions;

namespace CrStream.Age;

/// <summary>
/// Parses a header, strictly:
/// <code>
/// header   = "age-encryption.org/v1" LF 1*stanza "--- " 43base64 LF
/// stanza   = "-> " argument *(SP argument) LF *(64base64 LF) *63base64 LF
/// argument = 1*VCHAR
/// </code>
/// </summary>
internal sealed class HeaderParser(BlockReader input)
{
    /// <summary>The longest header that is read, in bytes: room for a thousand recipients.</summary>
    internal const int MaxLength = 256 << 10;

    private readonly List<byte> header = [];
    private int lineStart;

    /// <exception cref="ImageException">It is not a header.</exception>
    public async ValueTask<Header> ParseAsync()
    {
        if (await ReadLineAsync() + "\n" != Encoding.ASCII.GetString(Header.VersionLine)) throw Refusal("not an age v1 file");
        var stanzas = new List<Stanza>();
        var line = await ReadLineAsync();
        while (line.StartsWith(Header.StanzaMark, StringComparison.Ordinal))
        {
            stanzas.Add(await ParseStanzaAsync(line));
            line = await ReadLineAsync();
        }

        if (stanzas.Count == 0) throw Refusal("the header has no recipient");
        if (!line.StartsWith(Header.MacMark + ' ', StringComparison.Ordinal)) throw Refusal("neither a stanza nor the header's MAC");
        if (RawBase64.Decode(line[(Header.MacMark.Length + 1)..]) is not { Length: Header.MacLength } mac) throw Refusal("the header's MAC is not well-formed");
        return new Header(stanzas, header.GetRange(0, lineStart + Header.MacMark.Length).ToArray(), mac);
    }

    private async ValueTask<Stanza> ParseStanzaAsync(string line)
    {
        var offset = lineStart;
        var arguments = line[Header.StanzaMark.Length..].Split(' ');
        if (arguments.Any(argument => argument.Length == 0 || argument.Any(c => c is < '!' or > '~'))) throw Refusal("the stanza's arguments are not well-formed");
        var body = new StringBuilder();
        do
        {
            line = await ReadLineAsync();
            if (line.Length > Header.Columns) throw Refusal("a line of the stanza's body is too long");
            body.Append(line);
        }
        while (line.Length == Header.Columns);
        return new Stanza(arguments, RawBase64.Decode(body.ToString()) ?? throw Refusal("the stanza's body is not canonical base64"), offset);
    }

    private async ValueTask<string> ReadLineAsync()
    {
        lineStart = header.Count;
        var letter = new byte[1];
        while (header.Count < MaxLength)
        {
            if (await input.ReadAsync(letter) == 0) throw new ImageException(input.Offset, "the stream is cut off in the header", AgeStage.LayerName);
            header.Add(letter[0]);
            if (letter[0] == (byte)'\n') return Encoding.Latin1.GetString(header.GetRange(lineStart, header.Count - 1 - lineStart).ToArray());
        }

        throw Refusal($"the header is longer than {MaxLength} bytes");
    }

    private ImageException Refusal(string message) => new(lineStart, message, AgeStage.LayerName);
}
