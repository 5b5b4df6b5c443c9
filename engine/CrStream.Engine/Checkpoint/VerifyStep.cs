using CrStream.Engine.References;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// Holds the references from inside the tree against those that each object has. When it ends, no shared object is held
/// from outside but those that the user allowed, or the checkpoint has stopped with an error that names the holder.
/// </summary>
internal static class VerifyStep
{
    /// <summary>How references are counted, as the header has it: by BPF, or by a comparison with all processes.</summary>
    public static string MethodName(KernelNotes notes) => notes.Records is null ? "kcmp" : "bpf";

    public static async Task<VerifiedGraph> RunAsync(ObjectGraph graph, KernelNotes notes)
    {
        graph.Job.Report("verify");
        var leaks = await Task.Run(() => FindLeaks(graph, notes));
        var allowed = LeakKind.Allowed(graph.Job.Request.Settings);
        return leaks.FirstOrDefault(leak => !allowed.Contains(leak.Kind)) is { } denied
            ? throw denied.ToException()
            : new(graph, MethodName(notes), leaks);
    }

    private static IReadOnlyList<Leak> FindLeaks(ObjectGraph graph, KernelNotes notes) =>
    [
        .. notes.Records is { } records ? new ExactCount(graph, records).FindLeaks() : new ComparedCount(graph).FindLeaks(),
        .. PrivateNamespaces.FindLeaks(graph),
    ];
}
