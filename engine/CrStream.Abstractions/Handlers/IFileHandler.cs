using Microsoft.Win32.SafeHandles;

namespace CrStream.Abstractions;

/// <summary>
/// Carries a kind of file. The engine carries what all open file descriptions have (access mode, status flags, offset,
/// owner and signal, the descriptors that lead to them); the handler carries the object behind them.
/// </summary>
public interface IFileHandler : IObjectHandler
{
    /// <summary>
    /// Whether this handler carries the file. Two handlers that claim the same file are an error, so claim nothing that
    /// <see cref="Collect"/> always denies: somebody else's handler may carry it.
    /// </summary>
    bool Claims(OpenFile file);

    /// <summary>
    /// For a file that no handler claims: what it is and why it cannot be carried, where this handler knows. Null where
    /// it does not.
    /// </summary>
    Denial? Explain(OpenFile file) => null;

    /// <summary>
    /// The object behind the file. Where several open file descriptions lead to the same one (the ends of a pipe), the
    /// same node must be given for each: see <see cref="ICollectContext.Shared"/>.
    /// </summary>
    /// <exception cref="DeniedException">The file is of this kind, and cannot be carried; the message says why.</exception>
    KernelObject Collect(OpenFile file, ICollectContext context);

    /// <summary>
    /// Opens a new file description on a restored object. The engine then sets offset, status flags, owner and signal.
    /// </summary>
    /// <param name="behind">What <see cref="IObjectHandler.Restore"/> gave.</param>
    /// <param name="state">The description's own state.</param>
    /// <param name="context">The kernel and the user's settings.</param>
    SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context);
}
