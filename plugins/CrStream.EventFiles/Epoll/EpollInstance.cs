using CrStream.Abstractions;

namespace CrStream.EventFiles.Epoll;

/// <summary>An epoll instance as a node of the object graph. It points to the files that it watches.</summary>
internal sealed class EpollInstance(ObjectType type, OpenFile file, IKernel kernel) : KernelObject
{
    private readonly IReadOnlyList<EpollEntry> entries = EpollEntry.Parse(file.FdInfo);
    private readonly int descriptor = file.Descriptor ?? throw new ArgumentException("it has no descriptor", nameof(file));
    private readonly BusyPolling? busyPolling = BusyPolling.Read(file, kernel);
    private IReadOnlyList<TreeFile> targets = [];
    private bool isCollected;

    public override ObjectType Type => type;

    public override string Description => $"the epoll instance at {file.Where}";

    public override IReadOnlyList<KernelObject> References => [.. targets.Select(target => target.Node).Distinct()];

    public override Fields Describe(IReferences references) => new Fields
    {
        ["entries"] = Value.Array(entries.Zip(targets, (entry, target) => new Fields
        {
            ["fd"] = entry.Number,
            ["file"] = references.To(target.Node),
            ["events"] = entry.Events,
            ["data"] = entry.Data,
        })),
        ["collected"] = isCollected,
    }.AddIfAny("busy_polling", busyPolling is null ? null : (Value)busyPolling.Write());

    /// <summary>Finds what it watches.</summary>
    internal void Resolve(IReadOnlyList<TreeFile> files)
    {
        targets = new EpollTargets(file, descriptor, files, kernel).Find(entries);
        isCollected = IsCollected();
    }

    /// <summary>
    /// Whether nothing waits to be collected: then files that are ready have been reported, and those that are watched with
    /// EPOLLET will not be reported again. Asked inside the task, and not where the answer depends on who asks: a signalfd
    /// that is not ready for the asker would be forgotten.
    /// </summary>
    private bool IsCollected()
    {
        const ulong POLLIN = 1;
        if (!entries.Any(entry => (entry.Events & EpollEntry.EPOLLET) != 0) || targets.Any(DependsOnAsker))
        {
            return false;
        }

        var program = new SyscallProgram();
        var ready = program.Call(SystemCall.poll, program.Store64((uint)descriptor | (POLLIN << 32)), 1, 0);
        return file.Task.Run(program)[ready] == 0;
    }

    private bool DependsOnAsker(TreeFile target) =>
        kernel.ReadLink($"/proc/{target.Descriptors[0].Pid}/fd/{target.Descriptors[0].Fd}") is "anon_inode:[signalfd]" or EpollHandler.Link;
}
