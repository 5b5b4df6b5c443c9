using CrStream.Abstractions;

namespace CrStream.Engine.Files;

/// <summary>An open file description that was found behind descriptors.</summary>
/// <param name="Link">What /proc says that it is.</param>
/// <param name="Node">Its node in the graph.</param>
/// <param name="IsInherited">Whether it comes from outside, and may be held there.</param>
/// <param name="Descriptors">The descriptors that lead to it, with the tasks that have them.</param>
internal sealed record CollectedFile(string Link, KernelObject Node, bool IsInherited, List<(int Tid, int Fd)> Descriptors)
{
    /// <summary>How errors name it.</summary>
    public string Where => $"fd {Descriptors[0].Fd} of {Descriptors[0].Tid}";
}
