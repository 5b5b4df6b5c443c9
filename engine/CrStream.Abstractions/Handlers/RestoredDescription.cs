using Microsoft.Win32.SafeHandles;

namespace CrStream.Abstractions;

/// <summary>An open file description that was opened again: what a reference to a <see cref="TreeFile.Node"/> leads to.</summary>
public abstract class RestoredDescription : RestoredObject
{
    /// <summary>A descriptor of this process. It belongs to this object.</summary>
    public abstract SafeFileHandle Handle { get; }
}
