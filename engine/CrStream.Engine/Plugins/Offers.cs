using CrStream.Abstractions;

namespace CrStream.Engine.Plugins;

/// <summary>What plugins offer, by keys of which each may be offered once only.</summary>
internal static class Offers
{
    /// <summary>Indexes offers by key.</summary>
    /// <exception cref="PluginException">Two have the same key; the message names both.</exception>
    internal static Dictionary<string, T> Index<T>(IEnumerable<(string Key, T Offer)> offers, string what, Func<T, string> name)
    {
        var index = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (key, offer) in offers)
        {
            if (!index.TryAdd(key, offer))
            {
                throw new PluginException($"the {what} \"{key}\" is claimed by {name(index[key])} and by {name(offer)}", "leave one of the two plugins out");
            }
        }

        return index;
    }

    /// <summary>How errors name what a plugin offers.</summary>
    internal static string Name(string name, LoadedPlugin plugin) => $"\"{name}\" of {plugin.Path}";
}
