namespace CrStream.Age;

/// <summary>One recipient's part of the header: a line of arguments, of which the first is the kind, and a body.</summary>
/// <param name="Arguments">One or more words of visible ASCII.</param>
/// <param name="Body">The body, decoded.</param>
/// <param name="Offset">Where it stands in the file, in bytes.</param>
internal sealed record Stanza(IReadOnlyList<string> Arguments, ReadOnlyMemory<byte> Body, long Offset = 0)
{
    public string Kind => Arguments[0];
}
