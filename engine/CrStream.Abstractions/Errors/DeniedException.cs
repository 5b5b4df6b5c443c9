namespace CrStream.Abstractions;

/// <summary>
/// The tasks hold something that no loaded handler claims, or that a handler refuses to carry. The message names the
/// task, the descriptor or address, and what it is.
/// </summary>
public sealed class DeniedException(string message, string? hint = null) : CheckpointException(message, hint);
