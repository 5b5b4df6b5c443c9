using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Checkpoint;

/// <summary>What handlers use while one tree is collected, and what they leave for the verification.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="settings">What the user asked for.</param>
/// <param name="tasks">The ids of the tree's tasks, of threads, processes and zombies.</param>
internal sealed class CollectContext(IKernel kernel, ISettings settings, IReadOnlySet<int> tasks) : ICollectContext
{
    private readonly Dictionary<string, KernelObject> shared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> privateLinks = new(StringComparer.Ordinal);
    private readonly Dictionary<(ulong Device, ulong Inode), string> privateInodes = [];
    private readonly List<Action<IReadOnlyList<TreeFile>>> whenCollected = [];
    private readonly List<SafeFileHandle> held = [];

    /// <inheritdoc/>
    public IKernel Kernel => kernel;

    /// <inheritdoc/>
    public ISettings Settings => settings;

    /// <summary>Links of /proc/PID/fd that nobody outside may have, with what errors call the object.</summary>
    public IReadOnlyDictionary<string, string> PrivateLinks => privateLinks;

    /// <summary>Inodes that nobody outside may map, with what errors call the object.</summary>
    public IReadOnlyDictionary<(ulong Device, ulong Inode), string> PrivateInodes => privateInodes;

    /// <summary>Open file descriptions to which the kernel holds a reference on behalf of the tree, one each.</summary>
    public IReadOnlyList<SafeFileHandle> Held => held;

    /// <inheritdoc/>
    public T Shared<T>(string key, Func<T> make)
        where T : KernelObject
    {
        if (shared.TryGetValue(key, out var known))
        {
            return known as T ?? throw new PluginException($"two handlers use the key {key} for different kinds of object");
        }

        var made = make();
        shared.Add(key, made);
        return made;
    }

    /// <inheritdoc/>
    public void MustNotLeak(string link, string description) => privateLinks[link] = description;

    /// <inheritdoc/>
    public void MustNotLeak(ulong device, ulong inode, string description) => privateInodes[(device, inode)] = description;

    /// <inheritdoc/>
    public bool IsInside(int tid) => tasks.Contains(tid);

    /// <inheritdoc/>
    public void WhenCollected(Action<IReadOnlyList<TreeFile>> action) => whenCollected.Add(action);

    /// <summary>Tells those that waited for it which files there are.</summary>
    public void Complete(IReadOnlyList<TreeFile> files) => whenCollected.ForEach(action => action(files));

    /// <inheritdoc/>
    public void AddReference(SafeFileHandle file) => held.Add(file);
}
