using System.CommandLine;

namespace CrStream.Cli;

/// <summary>The image that a command reads.</summary>
internal static class ImageArgument
{
    /// <summary>Makes the argument.</summary>
    public static Argument<string> Create() => new("IMAGE") { Description = "The image: a path, a URI, or - for the standard input" };
}
