namespace CrStream.Abstractions;

/// <summary>A checkpoint cannot be made. The tasks go on unharmed, and no image is visible at the destination.</summary>
public class CheckpointException(string message, string? hint = null, Exception? cause = null)
    : CrStreamException(message, hint, cause);
