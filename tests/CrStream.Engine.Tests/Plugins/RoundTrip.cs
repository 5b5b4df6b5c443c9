using CrStream.Abstractions;
using CrStream.Linux.Files;

namespace CrStream.Engine.Tests.Plugins;

/// <summary>What the engine does around handlers, without tasks and without an image.</summary>
internal sealed class RoundTrip : ICollectContext, IRestoreContext, IContentWriter
{
    private readonly Dictionary<string, KernelObject> shared = [];

    internal RoundTrip(params IReadOnlyList<(string Name, string Value)> settings) =>
        Settings = new Settings(settings.GroupBy(setting => setting.Name).ToDictionary(
            group => group.Key, group => (IReadOnlyList<string>)[.. group.Select(setting => setting.Value)]));

    public IKernel Kernel { get; } = new Kernel();

    public ISettings Settings { get; }

    public int MaximumLength { get; init; } = 64 * 1024;

    internal IReadOnlyList<TreeFile> Files { get; init; } = [];

    internal List<string> Private { get; } = [];

    internal List<(ulong Offset, byte[] Bytes)> Data { get; } = [];

    internal List<(ulong Address, byte[] Bytes)> Pages { get; } = [];

    public T Shared<T>(string key, Func<T> make)
        where T : KernelObject
    {
        if (!shared.TryGetValue(key, out var node))
        {
            shared.Add(key, node = make());
        }

        return (T)node;
    }

    public void MustNotLeak(string link, string description) => Private.Add(link);

    public void MustNotLeak(ulong device, ulong inode, string description) => Private.Add($"{device}:{inode}");

    public bool IsInside(int tid) => tid == System.Environment.ProcessId;

    public void WhenCollected(Action<IReadOnlyList<TreeFile>> action) => action(Files);

    public void AddReference(Microsoft.Win32.SafeHandles.SafeFileHandle file) => throw new NotSupportedException();

    public T Resolve<T>(Fields fields, string key)
        where T : RestoredObject => throw new NotSupportedException();

    public ValueTask WriteDataAsync(ulong offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        Data.Add((offset, bytes.ToArray()));
        return ValueTask.CompletedTask;
    }

    public ValueTask WritePagesAsync(ulong address, ReadOnlyMemory<byte> pages, CancellationToken cancellation)
    {
        Pages.Add((address, pages.ToArray()));
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes a node and makes the object again.</summary>
    internal async Task<RestoredObject> Pass(IFileHandler handler, KernelObject node)
    {
        var restored = handler.Restore(node.Type, node.Describe(null!), this);
        await node.WriteContentsAsync(this, CancellationToken.None);
        Data.ForEach(data => restored.WriteData(data.Offset, data.Bytes));
        Pages.ForEach(pages => restored.WritePages(pages.Address, pages.Bytes));
        await restored.CompleteAsync(CancellationToken.None);
        return restored;
    }
}
