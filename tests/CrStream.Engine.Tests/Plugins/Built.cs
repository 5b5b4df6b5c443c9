using System.Reflection;
using CrStream.Engine.Plugins;

namespace CrStream.Engine.Tests.Plugins;

/// <summary>Where the build puts what is loaded at run time.</summary>
internal static class Built
{
    internal static string Plugins => Path.Combine(Metadata("CommandFolder"), "plugins");

    internal static string Stages => Path.Combine(Metadata("CommandFolder"), "stages");

    internal static string Samples => Metadata("SamplesFolder");

    internal static PluginCatalog Catalog(params IReadOnlyList<string> additional) => new(new PluginFolders(Plugins, Stages, additional));

    private static string Metadata(string key) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
