using CrStream.Abstractions;

namespace CrStream.Linux.Ptrace;

/// <summary>A task ended while it was being worked on.</summary>
public sealed class TaskEndedException(int tid, TaskStop stop)
    : CheckpointException($"task {tid} ended meanwhile ({(stop.Exited ? $"exit status {stop.ExitCode}" : $"signal {stop.ExitCode - 128}")})")
{
    /// <summary>The task.</summary>
    public int Tid { get; } = tid;

    /// <summary>How it ended.</summary>
    public TaskStop Stop { get; } = stop;
}
