using CrStream.Abstractions;

namespace CrStream.Engine.Restore;

/// <summary>The objects that have been restored so far, by their ids, and who restored each.</summary>
internal sealed class RestoreContext(IKernel kernel, ISettings settings) : IRestoreContext, IDisposable
{
    private readonly Dictionary<ulong, RestoredObject> restored = [];
    private readonly Dictionary<RestoredObject, IObjectHandler> handlers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<RestoredObject> completedInside = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc/>
    public IKernel Kernel => kernel;

    /// <inheritdoc/>
    public ISettings Settings => settings;

    /// <summary>All of them.</summary>
    public IEnumerable<RestoredObject> All => restored.OrderBy(pair => pair.Key).Select(pair => pair.Value);

    /// <summary>Notes an object.</summary>
    public void Add(ulong id, RestoredObject made, IObjectHandler? handler = null)
    {
        restored.Add(id, made);
        if (handler is not null)
        {
            handlers.Add(made, handler);
        }
    }

    /// <summary>The handler that restored an object; null for the engine's own.</summary>
    public IObjectHandler? HandlerOf(RestoredObject made) => handlers.GetValueOrDefault(made);

    /// <summary>The object with an id, or null.</summary>
    public RestoredObject? Find(ulong id) => restored.GetValueOrDefault(id);

    /// <summary>The object with an id, which must be of a kind.</summary>
    /// <exception cref="RestoreException">It is of another one.</exception>
    public T Get<T>(ulong id)
        where T : RestoredObject =>
        Find(id) as T ?? throw new RestoreException($"object {id} of the image is not what the objects that point to it need");

    /// <summary>Those of some objects that are given here for the first time, pointed-to ones first.</summary>
    public IReadOnlyList<RestoredObject> NotCompletedInside(IReadOnlySet<RestoredObject> some) => [.. All.Where(made => some.Contains(made) && completedInside.Add(made))];

    /// <inheritdoc/>
    public T Resolve<T>(Fields fields, string key)
        where T : RestoredObject =>
        Find(fields.Reference(key)) as T ?? throw new FieldException(key, $"names object {fields.Reference(key)}, which is of another kind");

    /// <inheritdoc/>
    public void Dispose()
    {
        // In the reverse order: who points to others goes first.
        foreach (var made in All.Reverse())
        {
            made.Dispose();
        }
    }
}
