using CrStream.Abstractions;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;

namespace CrStream.Engine.ThreadGroups;

/// <summary>What parents know of the stops of their children: asked, and set again, by programs run inside the parent.</summary>
/// <param name="tree">The frozen tree.</param>
/// <param name="ids">Its ids.</param>
internal sealed class ChildStops(FrozenTree tree, SeenIds ids)
{
    private const int P_PID = 1;
    private const int WNOHANG = 1;
    private const int WSTOPPED = 2;
    private const int WNOWAIT = 0x1000000;
    private const int SIGCHLD = 17;
    private const int SiPidOffset = 16;

    private readonly Dictionary<int, FrozenProcess> byPid = tree.Processes.ToDictionary(process => process.Pid);

    /// <summary>Whether a process is stopped, and its parent is in the tree and would find that by a wait.</summary>
    public bool IsNews(FrozenProcess process)
    {
        if (process.StoppedBy == 0 || !byPid.TryGetValue(process.Leader.Proc.Stat().ParentPid, out var parent))
        {
            return false;
        }

        var child = ids.By(parent.Pid, process.Pid);
        var program = new SyscallProgram();
        var info = program.Reserve(128);
        program.Call(SystemCall.waitid, P_PID, child, info, WSTOPPED | WNOHANG | WNOWAIT, 0);
        return parent.Leader.Run(program).UInt32(info, SiPidOffset) == child;
    }

    /// <summary>
    /// Takes back what the stop of a child that is being restored has done to its parent: the signal, which it got at the
    /// time, and the news, where it had heard it.
    /// </summary>
    /// <param name="parent">The parent.</param>
    /// <param name="child">The child's id as the parent sees it.</param>
    /// <param name="isNews">Whether the parent has still to hear it.</param>
    public static void Settle(FrozenProcess parent, int child, bool isNews)
    {
        var program = new SyscallProgram();
        if (!isNews)
        {
            program.Call(SystemCall.waitid, P_PID, child, 0, WSTOPPED | WNOHANG, 0);
        }

        // Where one is to be pending, the second was not queued.
        if ((parent.Leader.SignalsToKeepPending & NotificationSignal.Bit(SIGCHLD)) == 0)
        {
            program.Try(SystemCall.rt_sigtimedwait, program.Store64(NotificationSignal.Bit(SIGCHLD)), 0, program.Store64(0, 0), sizeof(ulong));
        }

        parent.Leader.Run(program);
    }
}
