using System.Text;
using CrStream.Abstractions;

namespace CrStream.Age;

/// <summary>
/// The header: the version line, a stanza for each recipient, and a MAC over all of it up to the three dashes.
/// </summary>
/// <param name="Stanzas">One or more.</param>
/// <param name="MacInput">What the MAC is over.</param>
/// <param name="Mac">32 bytes.</param>
internal sealed record Header(IReadOnlyList<Stanza> Stanzas, ReadOnlyMemory<byte> MacInput, ReadOnlyMemory<byte> Mac)
{
    /// <summary>The body's lines are full up to the last, which is shorter, if need be empty.</summary>
    public const int Columns = 64;

    public const string StanzaMark = "-> ";
    public const string MacMark = "---";
    public const int MacLength = 32;

    public static ReadOnlySpan<byte> VersionLine => "age-encryption.org/v1\n"u8;

    /// <summary>The header of a new file.</summary>
    public static byte[] Write(IEnumerable<Stanza> stanzas, FileKey fileKey)
    {
        var text = new StringBuilder(Encoding.ASCII.GetString(VersionLine));
        foreach (var stanza in stanzas)
        {
            text.Append(StanzaMark).AppendJoin(' ', stanza.Arguments).Append('\n');
            var body = RawBase64.Encode(stanza.Body.Span);
            for (var i = 0; i <= body.Length; i += Columns) text.Append(body.AsSpan(i, Math.Min(Columns, body.Length - i))).Append('\n');
        }

        text.Append(MacMark);
        var mac = fileKey.Mac(Encoding.ASCII.GetBytes(text.ToString()));
        return Encoding.ASCII.GetBytes(text.Append(' ').Append(RawBase64.Encode(mac)).Append('\n').ToString());
    }

    /// <summary>Makes sure that whoever wrote the header knew the file key.</summary>
    /// <exception cref="ImageException">The MAC does not match.</exception>
    public void Verify(FileKey fileKey)
    {
        if (!fileKey.VerifyMac(MacInput.Span, Mac.Span))
            throw new ImageException(MacInput.Length, "the header was changed: its MAC does not match", AgeStage.LayerName);
    }
}
