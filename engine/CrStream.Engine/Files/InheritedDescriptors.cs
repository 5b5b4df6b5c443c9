using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.Engine.Files;

/// <summary>
/// The option <c>inherit-fd</c>: descriptors whose files come from outside. At a checkpoint <c>N</c>; at a restore
/// <c>N</c> or <c>N=M</c>, where M is the descriptor of the restoring process that is given instead.
/// </summary>
internal static class InheritedDescriptors
{
    /// <summary>The option's name.</summary>
    public const string Option = "inherit-fd";

    /// <summary>The descriptors that are named.</summary>
    public static IReadOnlySet<int> Of(ISettings settings) => Supplied(settings).Keys.ToHashSet();

    /// <summary>Which descriptor of this process is given for which one of the image.</summary>
    public static IReadOnlyDictionary<int, int> Supplied(ISettings settings)
    {
        var supplied = new Dictionary<int, int>();
        foreach (var text in settings.All(Option))
        {
            var parts = text.Split('=');
            var own = 0;
            if (parts.Length > 2 || !TryParse(parts[0], out var fd) || (parts.Length == 2 && !TryParse(parts[1], out own)))
            {
                throw new UsageException($"--{Option} {text} names no descriptor", $"write --{Option} 1, or at a restore --{Option} 1=5");
            }

            supplied[fd] = parts.Length == 2 ? own : fd;
        }

        return supplied;
    }

    private static bool TryParse(string text, out int fd) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out fd);
}
