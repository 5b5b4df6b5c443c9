namespace CrStream.Abstractions;

/// <summary>
/// A field of an object's payload is missing, of the wrong kind, or has a value that its handler refuses. The engine
/// turns it into an <see cref="ImageException"/> with the object's type, id and byte offset.
/// </summary>
public sealed class FieldException(string key, string message) : Exception($"field \"{key}\" {message}")
{
    /// <summary>The field's key.</summary>
    public string Key { get; } = key;
}
