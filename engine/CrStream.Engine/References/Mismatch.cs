using CrStream.Linux.Bpf;

namespace CrStream.Engine.References;

/// <summary>An object whose references, as the kernel counts them, are not those that come from inside the tree.</summary>
/// <param name="Kind">One of <see cref="LeakKind"/>.</param>
/// <param name="What">How an error names the object.</param>
/// <param name="Unit">What is counted, in the plural.</param>
/// <param name="Total">The kernel's figure.</param>
/// <param name="Inside">The graph's figure.</param>
/// <param name="Link">Where /proc/PID/fd leads; null for what is no file.</param>
/// <param name="Descriptors">The descriptors of the tree that lead to it.</param>
internal sealed record Mismatch(string Kind, string What, string Unit, long Total, long Inside, string? Link, IReadOnlyList<(int Tid, int Fd)> Descriptors)
{
    /// <summary>Whether a task holds it.</summary>
    public Func<KernelTask, bool> IsHeldBy { get; init; } = _ => false;

    /// <summary>Whether an open file is it, or leads to it.</summary>
    public Func<ulong, ulong, bool> IsFile { get; init; } = (_, _) => false;

    public string Figures => $"{What} has {Total} {(Total == 1 ? Unit[..^1] : Unit)}, {Inside} from inside the tree";
}
