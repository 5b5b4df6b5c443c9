using CrStream.Abstractions;

namespace CrStream.EventFiles.PidFd;

/// <summary>A process that files are to stand for. They are opened when it exists.</summary>
internal sealed class RestoredPidFd(int pid) : RestoredObject
{
    public override string Description => $"the pidfd of process {pid}";

    public override bool OpensLate => true;

    internal int Pid => pid;
}
