using CrStream.Engine.Files;

namespace CrStream.Engine.References;

/// <summary>What a user can do about a leak without allowing it.</summary>
internal static class Advice
{
    /// <param name="kind">The kind of leak.</param>
    /// <param name="descriptors">The descriptors of the tree that lead to the object.</param>
    /// <param name="root">The tree's root.</param>
    public static string? For(string kind, IReadOnlyList<(int Tid, int Fd)> descriptors, int root) => kind switch
    {
        LeakKind.Mm or LeakKind.Files or LeakKind.Fs or LeakKind.SigHand or LeakKind.SharedMemory or LeakKind.Namespace => "checkpoint the tree that holds both",
        _ when descriptors.Count == 0 => "close it there",
        _ => $"close it there, let it come from outside at the restore with {ExternalOptions.Advice(descriptors, root)}",
    };
}
