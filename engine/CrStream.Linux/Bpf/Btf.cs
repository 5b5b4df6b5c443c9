using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>
/// The kernel's description of its own types (BPF Type Format, Documentation/bpf/btf.rst): at which offsets the members
/// of its structures stand, and the ids of its functions. Nothing is copied out of the bytes; names are compared where
/// they stand.
/// </summary>
public sealed class Btf
{
    private const ushort BTF_MAGIC = 0xeb9f;
    private const int HeaderSize = 24;

    // Typedefs of typedefs, arrays of arrays, structures in structures: the kernel's own are under 16 deep.
    private const int MaxDepth = 64;

    private readonly byte[] _bytes;
    private readonly int _typesStart;
    private readonly int _typesLength;
    private readonly int _namesStart;
    private readonly int _namesEnd;
    private readonly int[] _starts;

    private Btf(byte[] bytes)
    {
        _bytes = bytes;
        ReadOnlySpan<byte> header = bytes;
        if (header.Length < HeaderSize || BinaryPrimitives.ReadUInt16LittleEndian(header) != BTF_MAGIC)
            throw new CheckpointException("what should be BTF does not start with its magic");

        long start = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        long typesStart = start + BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        long typesLength = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        long namesStart = start + BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        long namesEnd = namesStart + BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        if (typesStart + typesLength > bytes.Length || namesEnd > bytes.Length || namesEnd <= namesStart
            || bytes[namesEnd - 1] != 0 || typesLength % sizeof(uint) != 0)
            throw new CheckpointException("BTF's header names sections that its bytes do not hold");

        (_typesStart, _typesLength) = ((int)typesStart, (int)typesLength);
        (_namesStart, _namesEnd) = ((int)namesStart, (int)namesEnd);
        _starts = BtfIndex.Build(bytes.AsSpan(_typesStart, _typesLength));
    }

    /// <summary>Indexes BTF; the bytes are kept and must not change.</summary>
    /// <exception cref="CheckpointException">The bytes are not BTF, or have types of an unknown kind.</exception>
    public static Btf Parse(byte[] bytes) => new(bytes);

    /// <summary>How many types there are, void included.</summary>
    public int TypeCount => _starts.Length;

    /// <summary>The id of a kernel function, as attach_btf_id of bpf(2) wants it.</summary>
    /// <exception cref="CheckpointException">This kernel has no such function.</exception>
    public int FunctionId(string name) => Find(name, BtfKind.Function) is var id and not 0
        ? id
        : throw Missing("function", name);

    /// <summary>The size of a structure in bytes.</summary>
    /// <exception cref="CheckpointException">This kernel has no such structure.</exception>
    public int SizeOf(string structure) => Find(structure, BtfKind.Struct) is var id and not 0
        ? SizeOf(id, 0)
        : throw Missing("structure", structure);

    /// <summary>
    /// Where a member stands, by a path through nested structures such as <c>task_struct.restart_block.fn</c>.
    /// Anonymous structures and unions on the way are not named.
    /// </summary>
    /// <exception cref="CheckpointException">This kernel has no such member, or it is a bit field.</exception>
    public BtfMember Member(string path) => FindMember(path) ?? throw Missing("member", path);

    /// <summary>As <see cref="Member"/>, but null where this kernel has no such member.</summary>
    public BtfMember? FindMember(string path)
    {
        int dot = path.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return null;

        int type = Find(path[..dot], BtfKind.Struct);
        if (type == 0)
            return null;

        int bits = 0;
        foreach (string name in path[(dot + 1)..].Split('.'))
        {
            if (FindIn(type, Encoding.UTF8.GetBytes(name), 0) is not { } found)
                return null;

            bits += found.Bits;
            type = found.Type;
        }

        return bits % 8 == 0 ? new BtfMember(bits / 8, SizeOf(type, 0)) : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(string name, BtfKind kind)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        ReadOnlySpan<uint> words = Words;
        for (int id = 1; id < _starts.Length; id++)
        {
            int word = _starts[id];
            if (BtfIndex.Kind(words[word + 1]) == (int)kind && HasName(words[word], wanted))
                return id;
        }

        return 0;
    }

    // A member of a structure or union, also one of its anonymous members' members; a bit field is no answer.
    private (int Type, int Bits)? FindIn(int structure, ReadOnlySpan<byte> name, int depth)
    {
        structure = Resolve(structure);
        if (structure == 0 || KindOf(structure) is not (BtfKind.Struct or BtfKind.Union) || depth > MaxDepth)
            return null;

        ReadOnlySpan<uint> words = Words[_starts[structure]..];
        bool bitFields = BtfIndex.HasBitFields(words[1]);
        ReadOnlySpan<uint> member = words[BtfIndex.HeaderWords..];
        for (int left = BtfIndex.Entries(words[1]); left > 0; left--, member = member[3..])
        {
            int type = (int)member[1];
            int bits = (int)(bitFields ? member[2] & 0xff_ffff : member[2]);
            if (member[0] == 0)
            {
                if (FindIn(type, name, depth + 1) is { } inner)
                    return (inner.Type, bits + inner.Bits);
            }
            else if (HasName(member[0], name))
            {
                return bitFields && member[2] >> 24 != 0 ? null : (type, bits);
            }
        }

        return null;
    }

    private int SizeOf(int type, int depth)
    {
        type = Resolve(type);
        if (type == 0 || depth > MaxDepth)
            return 0;

        ReadOnlySpan<uint> words = Words[_starts[type]..];
        return KindOf(type) switch
        {
            BtfKind.Pointer => sizeof(ulong),
            BtfKind.Array => checked((int)words[5] * SizeOf((int)words[3], depth + 1)),
            BtfKind.Int or BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64 or BtfKind.Float => (int)words[2],
            _ => 0,
        };
    }

    // The type behind typedefs and qualifiers.
    private int Resolve(int type)
    {
        for (int depth = 0; depth < MaxDepth && type > 0 && type < _starts.Length; depth++)
        {
            if (KindOf(type) is not (BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag))
                return type;

            type = (int)Words[_starts[type] + 2];
        }

        return 0;
    }

    private ReadOnlySpan<uint> Words => MemoryMarshal.Cast<byte, uint>(_bytes.AsSpan(_typesStart, _typesLength));

    private BtfKind KindOf(int type) => (BtfKind)BtfIndex.Kind(Words[_starts[type] + 1]);

    private bool HasName(uint offset, ReadOnlySpan<byte> name)
    {
        long start = _namesStart + (long)offset;
        return start + name.Length < _namesEnd
            && _bytes[start + name.Length] == 0
            && _bytes.AsSpan((int)start, name.Length).SequenceEqual(name);
    }

    private static CheckpointException Missing(string what, string name) =>
        new($"the kernel's BTF has no {what} {name}", "this kernel is older or newer than what this version of crstream knows");
}
