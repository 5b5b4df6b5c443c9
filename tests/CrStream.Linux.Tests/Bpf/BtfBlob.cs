using System.Runtime.InteropServices;
using System.Text;
using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

/// <summary>Writes BTF by hand: types get the ids 1, 2, 3 in the order of the calls.</summary>
internal sealed class BtfBlob
{
    private readonly List<uint> _words = [];
    private readonly List<byte> _names = [0];

    /// <summary>Adds a type: its third word, and the words behind it.</summary>
    public BtfBlob Type(BtfKind kind, string name, uint sizeOrType, int entries = 0, uint[]? more = null, bool bitFields = false)
    {
        _words.AddRange([Name(name), (uint)kind << 24 | (uint)entries | (bitFields ? 1u << 31 : 0), sizeOrType]);
        _words.AddRange(more ?? []);
        return this;
    }

    public BtfBlob Structure(BtfKind kind, string name, uint size, params (string Name, uint Type, uint Bits)[] members) =>
        Type(kind, name, size, members.Length, [.. members.SelectMany(m => new[] { Name(m.Name), m.Type, m.Bits })]);

    public uint Name(string name)
    {
        if (name.Length == 0)
            return 0;

        int at = _names.Count;
        _names.AddRange([.. Encoding.UTF8.GetBytes(name), 0]);
        return (uint)at;
    }

    public byte[] ToArray()
    {
        uint typesLength = (uint)_words.Count * sizeof(uint);
        uint[] header = [0x0001_eb9f, 24, 0, typesLength, typesLength, (uint)_names.Count];
        return [.. MemoryMarshal.AsBytes<uint>(header), .. MemoryMarshal.AsBytes<uint>(_words.ToArray()), .. _names];
    }
}
