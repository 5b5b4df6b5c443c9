using CrStream.Abstractions;

namespace CrStream.Engine.Plugins;

/// <summary>The handlers of some plugins, no two of which write the same type of object.</summary>
internal sealed class HandlerCatalog
{
    private const string GenericHint = "\"crstream plugins\" lists what is claimed; --plugin-dir adds a handler for it, or let the program close it";

    private readonly Dictionary<string, (IObjectHandler Handler, LoadedPlugin Plugin)> byType;

    internal HandlerCatalog(IReadOnlyList<LoadedPlugin> plugins)
    {
        Plugins = plugins;
        All = [.. plugins.SelectMany(plugin => plugin.Handlers)];
        OfFiles = [.. All.OfType<IFileHandler>()];
        OfTrees = [.. All.OfType<ITreeHandler>()];
        byType = Offers.Index(
            plugins.SelectMany(plugin => plugin.Handlers.SelectMany(handler => handler.ObjectTypes.Select(type => (type.Name, (handler, plugin))))),
            "object type",
            offer => Offers.Name(offer.handler.Name, offer.plugin));
    }

    internal IReadOnlyList<LoadedPlugin> Plugins { get; }

    internal IReadOnlyList<IObjectHandler> All { get; }

    internal IReadOnlyList<IFileHandler> OfFiles { get; }

    internal IReadOnlyList<ITreeHandler> OfTrees { get; }

    internal (IObjectHandler Handler, LoadedPlugin Plugin)? HandlerFor(string objectType) => byType.TryGetValue(objectType, out var found) ? found : null;

    internal IFileHandler ClaimFor(OpenFile file)
    {
        var claimants = OfFiles.Where(handler => handler.Claims(file)).ToList();
        claimants.RemoveAll(handler => claimants.Exists(other => other != handler && other.Replaces.Contains(handler.Name)));
        return claimants switch
        {
            [var only] => only,
            [] => throw Unclaimed(file),
            [var first, var second, ..] => throw new PluginException(
                $"{file.Where} ({file.Link}) is claimed by two handlers: {NameOf(first)} and {NameOf(second)}", "leave one of the two plugins out"),
        };
    }

    private DeniedException Unclaimed(OpenFile file)
    {
        var denial = OfFiles.Select(handler => handler.Explain(file)).FirstOrDefault(denial => denial is not null);
        return denial is null
            ? new($"{file.Where} ({file.Link}) is claimed by no handler{KnownKind(file.Link)}", GenericHint)
            : new($"{file.Where} ({file.Link}) is claimed by no handler: it {denial.Reason}", denial.Hint ?? GenericHint);
    }

    /// <summary>What a link of /proc/PID/fd stands for that is no path; see proc_pid_fd(5).</summary>
    private static string KnownKind(string link) => link switch
    {
        _ when link.StartsWith("socket:", StringComparison.Ordinal) => ": it is a socket",
        _ when link.StartsWith("anon_inode:", StringComparison.Ordinal) => $": it is a file of the kernel's own kind {link["anon_inode:".Length..].Trim('[', ']')}",
        _ when link.StartsWith("/dev/pts/", StringComparison.Ordinal) || link.StartsWith("/dev/tty", StringComparison.Ordinal) => ": it is a terminal",
        _ => "",
    };

    private string NameOf(IObjectHandler handler) => Offers.Name(handler.Name, Plugins.First(plugin => plugin.Handlers.Contains(handler)));
}
