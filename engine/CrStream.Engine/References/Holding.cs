namespace CrStream.Engine.References;

/// <summary>That a process outside holds an object of the tree.</summary>
/// <param name="Kind">One of <see cref="LeakKind"/>.</param>
/// <param name="What">How an error names the object.</param>
/// <param name="Pid">The process.</param>
/// <param name="How">How it holds it, behind a blank; empty where that is plain.</param>
/// <param name="Advice">What the user can do, or null.</param>
internal sealed record Holding(string Kind, string What, int Pid, string How, string? Advice);
