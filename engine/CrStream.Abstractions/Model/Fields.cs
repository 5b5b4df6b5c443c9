using System.Collections;

namespace CrStream.Abstractions;

/// <summary>
/// An object's payload: a map with text keys whose order is kept, since it is the order on the wire. Written with a
/// collection initializer, <c>new Fields { ["path"] = path, ["flags"] = flags }</c>; an absent key means that the
/// property does not apply. Reading a field that is missing or of another kind throws
/// <see cref="FieldException"/>.
/// </summary>
public sealed class Fields : IEnumerable<KeyValuePair<string, Value>>, IEquatable<Fields>
{
    // Up to this many fields a walk is as fast as an index, and a map with thousands of small maps costs a third.
    private const int LargestWithoutIndex = 16;

    private readonly List<KeyValuePair<string, Value>> entries = [];
    private Dictionary<string, int>? index;

    /// <summary>How many fields there are.</summary>
    public int Count => entries.Count;

    /// <summary>Reads a field that must be there, or appends one; a key cannot be set twice.</summary>
    public Value this[string key]
    {
        get => Find(key) ?? throw new FieldException(key, "is missing");
        set
        {
            if (PositionOf(key) >= 0)
            {
                throw new ArgumentException($"the field \"{key}\" is set already", nameof(key));
            }

            index?.Add(key, entries.Count);
            entries.Add(new(key, value));
        }
    }

    /// <summary>Appends a field where there is a value for it.</summary>
    public Fields AddIfAny(string key, Value? value)
    {
        if (value is not null)
        {
            this[key] = value;
        }

        return this;
    }

    /// <summary>The field with a key, or null.</summary>
    public Value? Find(string key) => PositionOf(key) is >= 0 and var position ? entries[position].Value : null;

    /// <summary>A field as an unsigned integer.</summary>
    public ulong UInt64(string key) => Read(key, value => value.AsUInt64());

    /// <summary>A field as a signed integer.</summary>
    public long Int64(string key) => Read(key, value => value.AsInt64());

    /// <summary>A field as an unsigned 32-bit integer.</summary>
    public uint UInt32(string key) => Read(key, value => value.AsUInt32());

    /// <summary>A field as a signed 32-bit integer.</summary>
    public int Int32(string key) => Read(key, value => value.AsInt32());

    /// <summary>A field as a truth value; false when it is absent.</summary>
    public bool Boolean(string key) => Find(key) is not null && Read(key, value => value.AsBoolean());

    /// <summary>A field as a text.</summary>
    public string Text(string key) => Read(key, value => value.AsText());

    /// <summary>A field as bytes.</summary>
    public ReadOnlyMemory<byte> Bytes(string key) => Read(key, value => value.AsBytes());

    /// <summary>A field as a list.</summary>
    public IReadOnlyList<Value> Array(string key) => Read(key, value => value.AsArray());

    /// <summary>A field as a list of nested maps; empty when it is absent.</summary>
    public IEnumerable<Fields> Maps(string key) => Find(key) is null ? [] : Read(key, value => value.AsArray().Select(item => item.AsMap()).ToArray());

    /// <summary>A field as a nested map.</summary>
    public Fields Map(string key) => Read(key, value => value.AsMap());

    /// <summary>A field as a reference: the id of the object that it names.</summary>
    public ulong Reference(string key) => Read(key, value => value.AsReference());

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Value>> GetEnumerator() => entries.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Fields? other) => other is not null && entries.SequenceEqual(other.entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Fields);

    /// <inheritdoc/>
    public override int GetHashCode() => entries.Count;

    private int PositionOf(string key)
    {
        if (entries.Count > LargestWithoutIndex)
        {
            index ??= entries.Select((entry, position) => (entry.Key, position)).ToDictionary(pair => pair.Key, pair => pair.position, StringComparer.Ordinal);
            return index.TryGetValue(key, out var found) ? found : -1;
        }

        for (var position = 0; position < entries.Count; position++)
        {
            if (entries[position].Key == key)
            {
                return position;
            }
        }

        return -1;
    }

    private T Read<T>(string key, Func<Value, T> read)
    {
        var value = this[key];
        try
        {
            return read(value);
        }
        catch (InvalidCastException mismatch)
        {
            throw new FieldException(key, mismatch.Message);
        }
    }
}
