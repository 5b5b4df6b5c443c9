namespace CrStream.Image;

/// <summary>A reference that was found in a payload.</summary>
/// <param name="Id">The id of the object that it names.</param>
/// <param name="Offset">Where the reference stands, in bytes from the start of the image.</param>
public readonly record struct ImageReference(ulong Id, long Offset);
