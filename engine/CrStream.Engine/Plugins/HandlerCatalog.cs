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
        byType = Offers.Index(
            plugins.SelectMany(plugin => plugin.Handlers.SelectMany(handler => handler.ObjectTypes.Select(type => (type.Name, (handler, plugin))))),
            "object type",
            offer => Offers.Name(offer.handler.Name, offer.plugin));
    }

    internal IReadOnlyList<LoadedPlugin> Plugins { get; }

    internal IReadOnlyList<IObjectHandler> All { get; }

    internal IReadOnlyList<IFileHandler> OfFiles { get; }

    internal (IObjectHandler Handler, LoadedPlugin Plugin)? HandlerFor(string objectType) => byType.TryGetValue(objectType, out var found) ? found : null;

    internal IFileHandler ClaimFor(OpenFile file)
    {
        IFileHandler? claimant = null;
        foreach (var handler in OfFiles)
        {
            if (!handler.Claims(file))
            {
                continue;
            }

            claimant = claimant is null
                ? handler
                : throw new PluginException($"{file.Where} ({file.Link}) is claimed by two handlers: {NameOf(claimant)} and {NameOf(handler)}", "leave one of the two plugins out");
        }

        return claimant ?? throw Unclaimed(file);
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
        "anon_inode:[eventpoll]" => ": it is an epoll instance",
        "anon_inode:[eventfd]" => ": it is an eventfd",
        "anon_inode:[timerfd]" => ": it is a timerfd",
        "anon_inode:[signalfd]" => ": it is a signalfd",
        "anon_inode:inotify" => ": it is an inotify instance",
        "anon_inode:[fanotify]" => ": it is a fanotify group",
        "anon_inode:[pidfd]" => ": it is a pidfd",
        "anon_inode:[userfaultfd]" => ": it is a userfaultfd",
        "anon_inode:[io_uring]" => ": it is an io_uring instance",
        _ when link.StartsWith("/dev/pts/", StringComparison.Ordinal) || link.StartsWith("/dev/tty", StringComparison.Ordinal) => ": it is a terminal",
        _ => "",
    };

    private string NameOf(IObjectHandler handler) => Offers.Name(handler.Name, Plugins.First(plugin => plugin.Handlers.Contains(handler)));
}
