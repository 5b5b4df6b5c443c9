using Microsoft.Win32.SafeHandles;

namespace CrStream.Abstractions;

/// <summary>What a handler may use while it collects.</summary>
public interface ICollectContext
{
    /// <summary>The kernel, for what is done in this process rather than in a task.</summary>
    IKernel Kernel { get; }

    /// <summary>What the user asked for.</summary>
    ISettings Settings { get; }

    /// <summary>
    /// The node of a kernel object that several files lead to: made at the first call with the key, given again at
    /// every later one.
    /// </summary>
    /// <param name="key">The object's identity in the kernel, such as <c>pipe:[4711]</c>.</param>
    /// <param name="make">Makes the node.</param>
    T Shared<T>(string key, Func<T> make)
        where T : KernelObject;

    /// <summary>
    /// Declares that the object is private to the tree: a file of any task outside whose /proc/PID/fd link is the same
    /// is a leak, and the checkpoint stops with an error that names the holder.
    /// </summary>
    /// <param name="link">The link, such as <c>pipe:[4711]</c>.</param>
    /// <param name="description">How the error names the object.</param>
    void MustNotLeak(string link, string description);

    /// <summary>
    /// Declares that an inode is private to the tree: a mapping of it in any task outside is a leak, and the checkpoint
    /// stops with an error that names the holder. For what has no link of its own, such as shared anonymous memory.
    /// </summary>
    /// <param name="device">The inode's device, as <see cref="FileStatus.Device"/> has it.</param>
    /// <param name="inode">The inode's number.</param>
    /// <param name="description">How the error names the object.</param>
    void MustNotLeak(ulong device, ulong inode, string description);

    /// <summary>Whether a task (a thread or a process) is part of the tree, a zombie among them.</summary>
    bool IsInside(int tid);

    /// <summary>
    /// Runs when all open file descriptions behind descriptors have been collected: for an object that points to files
    /// of others, such as an epoll instance. Only then does it know its <see cref="KernelObject.References"/>.
    /// </summary>
    void WhenCollected(Action<IReadOnlyList<TreeFile>> action);

    /// <summary>
    /// Tells of a reference from inside the tree that is neither a descriptor nor a mapping: an open file description that
    /// the kernel holds on behalf of an object of the tree, such as a file in a message in flight. Once for each reference.
    /// </summary>
    /// <param name="file">A descriptor of this process on the open file description; it must stay open until the checkpoint ends.</param>
    void AddReference(SafeFileHandle file);
}
