namespace CrStream.Abstractions;

/// <summary>What a <see cref="Value"/> holds.</summary>
public enum ValueKind
{
    /// <summary>A whole number of 64 bits, signed or unsigned.</summary>
    Integer,

    /// <summary>A string of bytes.</summary>
    Bytes,

    /// <summary>A UTF-8 text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A list of values.</summary>
    Array,

    /// <summary>A map with text keys, in a fixed order.</summary>
    Map,

    /// <summary>The id of another object of the same image, written before this one.</summary>
    Reference,
}

/// <summary>
/// One value of an object's payload: the part of CBOR (RFC 8949) that images use. Immutable. It converts implicitly
/// from C#'s own types; reading is strict and throws <see cref="InvalidCastException"/>, which
/// <see cref="Fields"/> turns into an error that names the field.
/// </summary>
public sealed class Value : IEquatable<Value>
{
    private readonly object? content;
    private readonly ulong bits;
    private readonly bool negative;

    private Value(ValueKind kind, object? content, ulong bits = 0, bool negative = false)
    {
        Kind = kind;
        this.content = content;
        this.bits = bits;
        this.negative = negative;
    }

    /// <summary>What this value holds.</summary>
    public ValueKind Kind { get; }

    /// <summary>True for an integer below zero.</summary>
    public bool IsNegative => Kind == ValueKind.Integer && negative;

    /// <summary>A reference to the object with an id.</summary>
    public static Value Reference(ulong id) => new(ValueKind.Reference, null, id);

    /// <summary>A list of values; the list is not copied and must not change.</summary>
    public static Value Array(IReadOnlyList<Value> items) => new(ValueKind.Array, items);

    /// <summary>A list of values.</summary>
    public static Value Array(IEnumerable<Value> items) => new(ValueKind.Array, items.ToArray());

    /// <summary>A list of nested maps.</summary>
    public static Value Array(IEnumerable<Fields> items) => new(ValueKind.Array, items.Select(item => (Value)item).ToArray());

    /// <summary>A string of bytes; the memory is not copied and must not change.</summary>
    public static Value Bytes(ReadOnlyMemory<byte> bytes) => new(ValueKind.Bytes, bytes);

    /// <summary>An integer.</summary>
    public static implicit operator Value(long number) => new(ValueKind.Integer, null, unchecked((ulong)number), number < 0);

    /// <summary>An integer.</summary>
    public static implicit operator Value(int number) => (long)number;

    /// <summary>An integer.</summary>
    public static implicit operator Value(uint number) => (ulong)number;

    /// <summary>An integer.</summary>
    public static implicit operator Value(ulong number) => new(ValueKind.Integer, null, number);

    /// <summary>A truth value.</summary>
    public static implicit operator Value(bool truth) => new(ValueKind.Boolean, null, truth ? 1UL : 0UL);

    /// <summary>A text.</summary>
    public static implicit operator Value(string text) => new(ValueKind.Text, text);

    /// <summary>A string of bytes.</summary>
    public static implicit operator Value(byte[] bytes) => new(ValueKind.Bytes, new ReadOnlyMemory<byte>(bytes));

    /// <summary>A nested map.</summary>
    public static implicit operator Value(Fields map) => new(ValueKind.Map, map);

    /// <summary>The integer, which must not be negative.</summary>
    public ulong AsUInt64() => Kind == ValueKind.Integer && !negative ? bits : throw Not("an unsigned integer");

    /// <summary>The integer, which must fit into 64 bits with a sign.</summary>
    public long AsInt64() => Kind == ValueKind.Integer && (negative || bits <= long.MaxValue) ? unchecked((long)bits) : throw Not("a signed 64-bit integer");

    /// <summary>The integer, which must fit into 32 bits with a sign.</summary>
    public int AsInt32() => AsInt64() is >= int.MinValue and <= int.MaxValue and var number ? (int)number : throw Not("a signed 32-bit integer");

    /// <summary>The integer, which must fit into 32 bits without a sign.</summary>
    public uint AsUInt32() => AsUInt64() is <= uint.MaxValue and var number ? (uint)number : throw Not("an unsigned 32-bit integer");

    /// <summary>The truth value.</summary>
    public bool AsBoolean() => Kind == ValueKind.Boolean ? bits != 0 : throw Not("a truth value");

    /// <summary>The text.</summary>
    public string AsText() => Kind == ValueKind.Text ? (string)content! : throw Not("a text");

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> AsBytes() => Kind == ValueKind.Bytes ? (ReadOnlyMemory<byte>)content! : throw Not("a byte string");

    /// <summary>The list.</summary>
    public IReadOnlyList<Value> AsArray() => Kind == ValueKind.Array ? (IReadOnlyList<Value>)content! : throw Not("an array");

    /// <summary>The nested map.</summary>
    public Fields AsMap() => Kind == ValueKind.Map ? (Fields)content! : throw Not("a map");

    /// <summary>The id that the reference names.</summary>
    public ulong AsReference() => Kind == ValueKind.Reference ? bits : throw Not("a reference");

    /// <inheritdoc/>
    public bool Equals(Value? other) => other is not null && Kind == other.Kind && Kind switch
    {
        ValueKind.Integer => bits == other.bits && negative == other.negative,
        ValueKind.Boolean or ValueKind.Reference => bits == other.bits,
        ValueKind.Bytes => AsBytes().Span.SequenceEqual(other.AsBytes().Span),
        ValueKind.Array => AsArray().SequenceEqual(other.AsArray()),
        _ => content!.Equals(other.content),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Value);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind switch
    {
        ValueKind.Bytes => HashCode.Combine(Kind, AsBytes().Length),
        ValueKind.Array => HashCode.Combine(Kind, AsArray().Count),
        _ => HashCode.Combine(Kind, bits, content),
    };

    private InvalidCastException Not(string wanted) => new($"is {Kind}, not {wanted}");
}
