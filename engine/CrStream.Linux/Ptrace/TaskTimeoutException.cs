using CrStream.Abstractions;

namespace CrStream.Linux.Ptrace;

/// <summary>A task did not stop or answer in time. It has been let go again.</summary>
public sealed class TaskTimeoutException(string message) : CheckpointException(message, "try again later, or wait longer with --timeout SECONDS");
