namespace CrStream.Abstractions;

/// <summary>
/// The bytes are not a well-formed image, or not a well-formed container around one. The only exception that parsing
/// an image or peeling a stage throws for bad input.
/// </summary>
public sealed class ImageException : CrStreamException
{
    /// <summary>Makes an error about the bytes at an offset.</summary>
    /// <param name="offset">Where, in bytes from the start of the layer that <paramref name="layer"/> names.</param>
    /// <param name="message">What is wrong there; the offset is added to it.</param>
    /// <param name="layer">The layer: "image", or a stage's name.</param>
    /// <param name="cause">What was caught, or null.</param>
    /// <param name="hint">What the user can do, or null.</param>
    public ImageException(long offset, string message, string layer = "image", Exception? cause = null, string? hint = null)
        : base($"{layer}, byte {offset}: {message}", hint, cause)
    {
        Offset = offset;
        Layer = layer;
    }

    /// <summary>Byte offset in the layer, from 0.</summary>
    public long Offset { get; }

    /// <summary>"image" for the image itself, else the name of the stage whose container is broken.</summary>
    public string Layer { get; }
}
