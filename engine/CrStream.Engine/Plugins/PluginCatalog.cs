using CrStream.Abstractions;

namespace CrStream.Engine.Plugins;

/// <summary>
/// The plugins that are there, and what they offer. Handlers are loaded when a handler is first asked for, stages and
/// stores when one of these is, each only once; so <c>inspect</c> pays for no handler. Safe to use from several threads.
/// </summary>
/// <remarks>Every member throws a <see cref="PluginException"/> where a plugin is not trusted, cannot be loaded or clashes with another.</remarks>
public sealed class PluginCatalog
{
    private readonly PluginTrust trust = PluginTrust.OfCommand();
    private readonly Lazy<IReadOnlyList<LoadedPlugin>> additional;
    private readonly Lazy<HandlerCatalog> handlers;
    private readonly Lazy<StageCatalog> stages;

    /// <summary>A catalog of the plugins in some folders; nothing is loaded yet.</summary>
    public PluginCatalog(PluginFolders folders)
    {
        additional = new(() => [.. folders.Additional.SelectMany(Load)]);
        handlers = new(() => new([.. LoadOnly(folders.Handlers, plugin => plugin.Stages.Count + plugin.Stores.Count + plugin.KeyGenerators.Count == 0, "handlers"), .. additional.Value]));
        stages = new(() => new([.. LoadOnly(folders.Stages, plugin => plugin.Handlers.Count == 0, "stages and stores"), .. additional.Value]));
    }

    /// <summary>All plugins; loads them all.</summary>
    public IReadOnlyList<LoadedPlugin> Plugins => [.. handlers.Value.Plugins.Union(stages.Value.Plugins)];

    /// <summary>
    /// Starts loading handlers and stages on the pool, so that it goes on beside whatever comes first (most of it is the
    /// just-in-time compiler: some 60 ms for the first plugin, 1.5 ms for each other). A failure waits for whoever asks.
    /// </summary>
    public void BeginLoading()
    {
        foreach (var load in (ReadOnlySpan<Action>)[() => _ = handlers.Value, () => _ = stages.Value])
        {
            _ = Task.Run(load).ContinueWith(done => _ = done.Exception, TaskScheduler.Default);
        }
    }

    /// <summary>The handlers of object types, those of files included.</summary>
    public IReadOnlyList<IObjectHandler> ObjectHandlers => handlers.Value.All;

    /// <summary>The handlers of files.</summary>
    public IReadOnlyList<IFileHandler> FileHandlers => handlers.Value.OfFiles;

    /// <summary>The handlers of what no file leads to.</summary>
    public IReadOnlyList<ITreeHandler> TreeHandlers => handlers.Value.OfTrees;

    /// <summary>The stages.</summary>
    public IReadOnlyList<IStage> Stages => stages.Value.Stages;

    /// <summary>The stores.</summary>
    public IReadOnlyList<IStore> Stores => stages.Value.Stores;

    /// <summary>The one handler that claims a file.</summary>
    /// <exception cref="DeniedException">No handler claims it.</exception>
    /// <exception cref="PluginException">Several do.</exception>
    public IFileHandler ClaimFor(OpenFile file) => handlers.Value.ClaimFor(file);

    /// <summary>The handler that writes and restores a type of object, with the plugin that it comes from; null where there is none.</summary>
    public (IObjectHandler Handler, LoadedPlugin Plugin)? HandlerFor(string objectType) => handlers.Value.HandlerFor(objectType);

    /// <summary>The stage with a name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public IStage StageNamed(string name) => stages.Value.StageNamed(name);

    /// <summary>What makes keys for the stage with a name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public IKeyGenerator KeyGeneratorNamed(string name) => stages.Value.KeyGeneratorNamed(name);

    /// <summary>The store for a URI's scheme.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public IStore StoreFor(string scheme) => stages.Value.StoreFor(scheme);

    /// <summary>Loads a folder for one kind of plugins, so that nothing in it is left out when only the other kind is asked for.</summary>
    private List<LoadedPlugin> LoadOnly(string folder, Predicate<LoadedPlugin> belongs, string kind)
    {
        var plugins = Directory.Exists(folder) ? Load(folder) : [];
        return plugins.Find(plugin => !belongs(plugin)) is { } stray
            ? throw new PluginException($"the plugin {stray.Path} offers more than the {kind} that {folder} is for", "load it from a folder of its own, with --plugin-dir")
            : plugins;
    }

    private List<LoadedPlugin> Load(string folder)
    {
        trust.RequireRoot(folder);
        var plugins = new List<LoadedPlugin>();
        foreach (var path in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            var assembly = Path.Combine(Path.GetFullPath(path), Path.GetFileName(path) + ".dll");
            trust.RequirePlugin(path);
            plugins.Add(File.Exists(assembly)
                ? PluginAssembly.Load(assembly)
                : throw new PluginException($"the plugin folder {path} holds no {Path.GetFileName(assembly)}"));
        }

        return plugins;
    }
}
