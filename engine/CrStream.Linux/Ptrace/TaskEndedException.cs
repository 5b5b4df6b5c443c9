using CrStream.Abstractions;

namespace CrStream.Linux.Ptrace;

/// <summary>A task ended while it was being worked on.</summary>
public sealed class TaskEndedException(int tid, TaskStop? stop = null)
    : CheckpointException($"task {tid} ended meanwhile{Describe(stop)}")
{
    /// <summary>The task.</summary>
    public int Tid { get; } = tid;

    /// <summary>How it ended; null where only ptrace's ESRCH says that it did.</summary>
    public TaskStop? Stop { get; } = stop;

    private static string Describe(TaskStop? stop) => stop switch
    {
        null => "",
        { Exited: true, ExitCode: var code } => $" (exit status {code})",
        { ExitCode: var code } => $" (signal {code - 128})",
    };
}
