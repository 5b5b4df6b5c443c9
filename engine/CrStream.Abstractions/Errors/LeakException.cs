namespace CrStream.Abstractions;

/// <summary>A kernel object of the tasks is held from outside the tree as well. The message names the holders.</summary>
public sealed class LeakException(string message, string? hint = null) : CheckpointException(message, hint);
