using CrStream.Abstractions;

namespace CrStream.EventFiles.TaskMemory;

/// <summary>A task whose memory files are to stand for. They are opened when it exists.</summary>
internal sealed class RestoredTaskMemory(int task) : RestoredObject
{
    public override string Description => $"the memory of task {task}";

    public override bool OpensLate => true;

    internal int Task => task;
}
