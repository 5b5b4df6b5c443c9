using CrStream.Abstractions;

namespace CrStream.Engine.Plugins;

/// <summary>The stages and stores of some plugins, no two of which have the same name, magic or scheme.</summary>
internal sealed class StageCatalog
{
    private readonly Dictionary<string, (IStage Stage, LoadedPlugin Plugin)> byName;
    private readonly Dictionary<string, (IStore Store, LoadedPlugin Plugin)> byScheme;

    internal StageCatalog(IReadOnlyList<LoadedPlugin> plugins)
    {
        Plugins = plugins;
        Stages = [.. plugins.SelectMany(plugin => plugin.Stages)];
        Stores = [.. plugins.SelectMany(plugin => plugin.Stores)];
        byName = Offers.Index(
            plugins.SelectMany(plugin => plugin.Stages.Select(stage => (stage.Name, (stage, plugin)))),
            "stage name",
            offer => Offers.Name(offer.stage.Name, offer.plugin));
        byScheme = Offers.Index(
            plugins.SelectMany(plugin => plugin.Stores.SelectMany(store => store.Schemes.Select(scheme => (scheme, (store, plugin))))),
            "store scheme",
            offer => Offers.Name(offer.store.GetType().Name, offer.plugin));
        RequireDistinctMagics([.. byName.Values]);
    }

    internal IReadOnlyList<LoadedPlugin> Plugins { get; }

    internal IReadOnlyList<IStage> Stages { get; }

    internal IReadOnlyList<IStore> Stores { get; }

    internal IStage StageNamed(string name) => byName.TryGetValue(name, out var found)
        ? found.Stage
        : throw new UsageException($"there is no stage \"{name}\"", $"there are: {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal))}");

    internal IStore StoreFor(string scheme) => byScheme.TryGetValue(scheme, out var found)
        ? found.Store
        : throw new UsageException($"there is no store for \"{scheme}:\"", $"there are: {string.Join(", ", byScheme.Keys.Order(StringComparer.Ordinal))}");

    /// <summary>A reader peels by what a stream begins with, so no magic may begin with another.</summary>
    private static void RequireDistinctMagics(IReadOnlyList<(IStage Stage, LoadedPlugin Plugin)> stages)
    {
        for (var i = 0; i < stages.Count; i++)
        {
            var magic = stages[i].Stage.Magic.Span;
            for (var j = 0; j < stages.Count; j++)
            {
                if (i != j && stages[j].Stage.Magic.Span.StartsWith(magic))
                {
                    throw new PluginException(
                        $"the magic {Convert.ToHexStringLower(magic)} is claimed by {Offers.Name(stages[i].Stage.Name, stages[i].Plugin)} and by {Offers.Name(stages[j].Stage.Name, stages[j].Plugin)}",
                        "leave one of the two plugins out");
                }
            }
        }
    }
}
