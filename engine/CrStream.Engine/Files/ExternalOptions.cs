using System.Globalization;
using System.Text.RegularExpressions;
using CrStream.Abstractions;

namespace CrStream.Engine.Files;

/// <summary>
/// The options by which files come from outside. <c>external</c> at a checkpoint is <c>fd[PID:FD]=KEY</c>, or
/// <c>fd[FD]=KEY</c> of the root; at a restore <c>KEY=fd[N]</c> or <c>KEY=PATH</c>. <c>inherit-fd</c> is the short form
/// with the root's descriptors for keys: at a checkpoint <c>N</c> or <c>N-M</c>, at a restore also <c>N=M</c>. Pure.
/// </summary>
internal static partial class ExternalOptions
{
    /// <summary>The long form.</summary>
    public const string External = "external";

    /// <summary>The short form.</summary>
    public const string Inherit = "inherit-fd";

    /// <summary>The most descriptors in a range: more than a process may usually have.</summary>
    private const int LongestRange = 1024;

    /// <summary>What is to come from outside: the keys by process and descriptor.</summary>
    /// <exception cref="UsageException">An option is not as above, or two files have one key.</exception>
    public static IReadOnlyDictionary<(int Pid, int Fd), string> Named(ISettings settings, int root)
    {
        var named = new Dictionary<(int, int), string>();
        foreach (var fd in settings.All(Inherit).SelectMany(text => Descriptors(text, Inheritance().Match(text)).Select(pair => pair.Fd)))
        {
            named[(root, fd)] = KeyOf(fd);
        }

        foreach (var text in settings.All(External))
        {
            var match = Naming().Match(text);
            if (!match.Success)
            {
                throw new UsageException($"--{External} {text} names no descriptor and key", $"write --{External} fd[PID:FD]=KEY");
            }

            named[(match.Groups["pid"].Success ? Number(match, "pid") : root, Number(match, "fd"))] = match.Groups["key"].Value;
        }

        return named.GroupBy(entry => entry.Value).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new UsageException($"the key {twice.Key} is given to two descriptors", "give each file a key of its own; descriptors of the same file need only one")
            : named;
    }

    /// <summary>What is supplied for each key: a descriptor of this process, as <c>fd[N]</c>, or a path.</summary>
    /// <exception cref="UsageException">An option is not as above.</exception>
    public static IReadOnlyDictionary<string, string> Supplied(ISettings settings)
    {
        var supplied = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (fd, own) in settings.All(Inherit).SelectMany(text => Descriptors(text, Replacement().Match(text))))
        {
            supplied[KeyOf(fd)] = $"fd[{own}]";
        }

        foreach (var text in settings.All(External))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            supplied[equals > 0 && equals < text.Length - 1 ? text[..equals] : throw new UsageException($"--{External} {text} supplies nothing", $"write --{External} KEY=fd[N] or --{External} KEY=PATH")] = text[(equals + 1)..];
        }

        return supplied;
    }

    /// <summary>The descriptor that a supply names, or null for a path.</summary>
    public static int? Descriptor(string supply) => OwnDescriptor().Match(supply) is { Success: true } match ? Number(match, "fd") : null;

    /// <summary>The options that let descriptors come from outside.</summary>
    /// <param name="descriptors">Them, with their processes.</param>
    /// <param name="root">The root, whose descriptors have a short form.</param>
    public static string Advice(IEnumerable<(int Pid, int Fd)> descriptors, int root)
    {
        var all = descriptors.Distinct().Order().ToArray();
        var ofRoot = all.Where(descriptor => descriptor.Pid == root).ToArray();
        return string.Join(' ', ofRoot.Length > 0 ? ofRoot.Select(descriptor => $"--{Inherit} {descriptor.Fd}") : all.Take(1).Select(descriptor => $"--{External} fd[{descriptor.Pid}:{descriptor.Fd}]=KEY"));
    }

    /// <summary>The options that supply a key.</summary>
    public static string SupplyAdvice(string key) =>
        $"give it with --{External} {key}=fd[N] or --{External} {key}=PATH" + (key.StartsWith("fd", StringComparison.Ordinal) && int.TryParse(key[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var fd) ? $", or this command's own with --{Inherit} {fd}" : "");

    private static string KeyOf(int fd) => $"fd{fd}";

    private static IEnumerable<(int Fd, int Own)> Descriptors(string text, Match match)
    {
        if (!match.Success)
        {
            throw new UsageException($"--{Inherit} {text} names no descriptor", $"write --{Inherit} 1 or --{Inherit} 0-2, or at a restore --{Inherit} 1=5");
        }

        var first = Number(match, "fd");
        var last = match.Groups["last"].Success ? Number(match, "last") : first;
        return last - first is >= 0 and < LongestRange
            ? Enumerable.Range(first, last - first + 1).Select(fd => (fd, match.Groups["own"].Success ? Number(match, "own") : fd))
            : throw new UsageException($"--{Inherit} {text} is no range of at most {LongestRange} descriptors");
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^fd\[((?<pid>[0-9]{1,9}):)?(?<fd>[0-9]{1,9})\]=(?<key>[^=]+)\z")]
    private static partial Regex Naming();

    [GeneratedRegex(@"^fd\[(?<fd>[0-9]{1,9})\]\z")]
    private static partial Regex OwnDescriptor();

    [GeneratedRegex(@"^(?<fd>[0-9]{1,9})(-(?<last>[0-9]{1,9}))?\z")]
    private static partial Regex Inheritance();

    [GeneratedRegex(@"^(?<fd>[0-9]{1,9})(-(?<last>[0-9]{1,9})|=(?<own>[0-9]{1,9}))?\z")]
    private static partial Regex Replacement();
}
