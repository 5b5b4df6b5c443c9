namespace CrStream.Abstractions;

/// <summary>
/// A type of object in an image, declared by name before its first use. The name is in reverse DNS form, such as
/// <c>org.example.gpu-buffer</c>; the version is raised when the meaning of a field changes.
/// </summary>
/// <param name="Name">At most 200 characters of a-z, 0-9, '.', '-'.</param>
/// <param name="Version">From 1.</param>
public sealed record ObjectType(string Name, int Version = 1);
