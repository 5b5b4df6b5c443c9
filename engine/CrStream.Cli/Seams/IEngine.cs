using CrStream.Abstractions;
using CrStream.Engine;

namespace CrStream.Cli;

/// <summary>What the command needs of the engine; the tests put their own in its place.</summary>
internal interface IEngine : IDisposable
{
    /// <summary>Checkpoints a process.</summary>
    Task<CheckpointResult> CheckpointAsync(CheckpointRequest request, CancellationToken cancellation);

    /// <summary>Restores a process; it runs when this returns.</summary>
    Task<IRestoredProcess> RestoreAsync(RestoreRequest request, CancellationToken cancellation);

    /// <summary>Reads a whole image, of whatever types, checking it on the way; pages and data are counted only.</summary>
    Task<ImageContents> ReadAsync(InspectRequest request, CancellationToken cancellation);

    /// <summary>The handlers, stages and stores that are loaded.</summary>
    IReadOnlyList<LoadedPart> Parts();

    /// <summary>Makes a key pair for encrypted images.</summary>
    KeyPair CreateKey();
}

/// <summary>A restored process, a child of this one.</summary>
internal interface IRestoredProcess : IDisposable
{
    /// <summary>How the restore went.</summary>
    RestoredTree Tree { get; }

    /// <summary>Sends a signal, by its number.</summary>
    void Signal(int number);

    /// <summary>Waits for its end: its exit status, or 128 and the signal that ended it.</summary>
    Task<int> WaitAsync();
}

/// <summary>A handler, stage or store.</summary>
/// <param name="Kind"><c>handler</c>, <c>stage</c> or <c>store</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Claim">What it carries, in one line.</param>
/// <param name="Provider">The assembly that it comes from, and its version.</param>
/// <param name="Path">The assembly's file.</param>
internal sealed record LoadedPart(string Kind, string Name, string Claim, string Provider, string Path);

