using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Threading.Tasks.Dataflow;
using CrStream.Abstractions;
using McMaster.NETCore.Plugins;

namespace CrStream.Engine.Plugins;

/// <summary>
/// Loads one plugin assembly into a load context of its own, so that its dependencies are its own too. Only the
/// contract assembly is shared: a type is the same type on both sides only where both see the same assembly.
/// </summary>
internal static class PluginAssembly
{
    private static readonly Type[] Shared = [typeof(IObjectHandler), typeof(IDataflowBlock)];
    private static readonly Type[] Offers = [typeof(IObjectHandler), typeof(IStage), typeof(IStore), typeof(IKeyGenerator)];

    /// <summary>Loads the assembly and makes one instance of every class that it offers.</summary>
    /// <exception cref="PluginException">It cannot be loaded, or it offers nothing; the message has the cause.</exception>
    internal static LoadedPlugin Load(string path)
    {
        try
        {
            return Load(path, PluginLoader.CreateFromAssemblyFile(path, Shared).LoadDefaultAssembly());
        }
        catch (Exception failed) when (failed is not PluginException)
        {
            throw new PluginException($"the plugin {path} cannot be loaded: {CauseOf(failed)}", cause: failed);
        }
    }

    private static LoadedPlugin Load(string path, Assembly assembly)
    {
        var offered = assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && Offers.Any(offer => offer.IsAssignableFrom(type)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(Make)
            .ToArray();
        if (offered.Length == 0)
        {
            throw new PluginException($"the plugin {path} offers nothing: it has no public class that is a handler, a stage or a store");
        }

        var name = assembly.GetName();
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? name.Version?.ToString() ?? "0";
        return new(name.Name!, version, path, [.. offered.OfType<IObjectHandler>()], [.. offered.OfType<IStage>()], [.. offered.OfType<IStore>()])
        {
            KeyGenerators = [.. offered.OfType<IKeyGenerator>()],
        };
    }

    [SuppressMessage("Trimming", "IL2070", Justification = "plugins are not trimmed")]
    private static object Make(Type type) =>
        type.GetConstructor(Type.EmptyTypes) is { } constructor
            ? constructor.Invoke(null)
            : throw new PluginException($"the plugin class {type.FullName} has no public constructor without parameters");

    /// <summary>What really failed, below what reflection wraps around it.</summary>
    private static string CauseOf(Exception failed) => failed switch
    {
        TargetInvocationException { InnerException: { } inner } => CauseOf(inner),
        TypeInitializationException { InnerException: { } inner } => CauseOf(inner),
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } => CauseOf(first),
        _ => failed.Message,
    };
}
