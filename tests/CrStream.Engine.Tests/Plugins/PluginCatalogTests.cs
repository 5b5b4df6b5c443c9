using System.Runtime.Loader;
using CrStream.Abstractions;
using CrStream.Engine.Plugins;
using CrStream.Linux.Files;

namespace CrStream.Engine.Tests.Plugins;

public sealed class PluginCatalogTests
{
    [Fact]
    public void Built_in_handlers_are_loaded_from_the_folder_beside_the_command()
    {
        var catalog = Built.Catalog();
        string[] wanted = ["devices", "pipes", "regular-files", "shared-memory"];
        Assert.Subset(catalog.FileHandlers.Select(handler => handler.Name).ToHashSet(), wanted.ToHashSet());
        Assert.All(wanted, name => Assert.Contains(catalog.ObjectHandlers, handler => handler.Name == name));
        Assert.Equal("CrStream.Pipes", catalog.HandlerFor("org.crstream.pipe")!.Value.Plugin.Assembly);
    }

    [Fact]
    public void Built_in_stages_stores_and_key_generators_are_found_by_name()
    {
        var catalog = Built.Catalog();
        Assert.Equal("lz4", catalog.StageNamed("lz4").Name);
        Assert.Equal("age", catalog.KeyGeneratorNamed("age").Name);
        Assert.Contains("file", catalog.StoreFor("file").Schemes);
        Assert.Contains("lz4", Assert.Throws<UsageException>(() => catalog.StageNamed("none")).Hint, StringComparison.Ordinal);
        Assert.Contains("stdio", Assert.Throws<UsageException>(() => catalog.StoreFor("none")).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_stages_with_one_name_are_an_error_that_names_both()
    {
        using var folder = new PluginFixture();
        var copy = folder.Add(Path.Combine(Built.Stages, "CrStream.Lz4"));
        var failed = Assert.Throws<PluginException>(() => Built.Catalog(folder.Root).Stages);
        Assert.Contains("stage name \"lz4\"", failed.Message, StringComparison.Ordinal);
        Assert.Contains(copy, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plugin_is_told_with_its_version_and_path()
    {
        var plugin = Built.Catalog().HandlerFor("org.crstream.device")!.Value.Plugin;
        Assert.Equal("CrStream.Devices", plugin.Assembly);
        Assert.StartsWith("0.1.0", plugin.Version, StringComparison.Ordinal);
        Assert.True(File.Exists(plugin.Path));
        Assert.Equal($"CrStream.Devices {plugin.Version}", plugin.Provider);
    }

    [Fact]
    public void A_plugin_has_a_load_context_of_its_own_and_shares_only_the_contract()
    {
        var handlers = Built.Catalog(Built.Samples).FileHandlers;
        var contexts = handlers.Select(handler => AssemblyLoadContext.GetLoadContext(handler.GetType().Assembly)).ToArray();
        Assert.Equal(handlers.Select(handler => handler.GetType().Assembly).Distinct().Count(), contexts.Distinct().Count());
        Assert.DoesNotContain(AssemblyLoadContext.Default, contexts);
        Assert.All(contexts, context => Assert.DoesNotContain(context!.Assemblies, assembly => assembly.GetName().Name == "CrStream.Abstractions"));
    }

    [Fact]
    public void What_failed_to_load_ahead_fails_when_it_is_asked_for()
    {
        var catalog = Built.Catalog("/nonexistent");
        catalog.BeginLoading();
        Assert.Throws<PluginException>(() => catalog.FileHandlers);
        Assert.Throws<PluginException>(() => catalog.Stores);
    }

    [Fact]
    public void A_missing_folder_that_the_user_named_is_an_error()
    {
        var failed = Assert.Throws<PluginException>(() => Built.Catalog("/nonexistent").FileHandlers);
        Assert.Contains("/nonexistent", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_beside_the_command_holds_no_plugins()
    {
        var catalog = new PluginCatalog(new PluginFolders("/nonexistent/plugins", "/nonexistent/stages", []));
        Assert.Empty(catalog.Plugins);
    }

    [Fact]
    public void Handlers_are_loaded_although_the_stages_cannot_be()
    {
        using var spoiled = new PluginFixture();
        spoiled.AddEmpty("Broken");
        var catalog = new PluginCatalog(new PluginFolders(Built.Plugins, spoiled.Root, []));
        Assert.NotEmpty(catalog.FileHandlers);
        Assert.Throws<PluginException>(() => catalog.Stages);
    }

    [Fact]
    public void A_folder_without_the_assembly_of_its_name_is_an_error()
    {
        using var folder = new PluginFixture();
        folder.AddEmpty("Empty");
        AssertRefused(folder, "Empty", "holds no Empty.dll");
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_refused_with_the_cause()
    {
        using var folder = new PluginFixture();
        File.WriteAllText(Path.Combine(folder.AddEmpty("Garbage"), "Garbage.dll"), "no assembly");
        AssertRefused(folder, "Garbage.dll", "cannot be loaded");
    }

    [Fact]
    public void An_assembly_that_offers_nothing_is_refused()
    {
        using var folder = new PluginFixture();
        File.Copy(typeof(Kernel).Assembly.Location, Path.Combine(folder.AddEmpty("CrStream.Linux"), "CrStream.Linux.dll"));
        AssertRefused(folder, "CrStream.Linux.dll", "offers nothing");
    }

    [Fact]
    public void Two_handlers_for_one_object_type_are_an_error_that_names_both()
    {
        using var folder = new PluginFixture();
        var copy = folder.Add(Path.Combine(Built.Plugins, "CrStream.Devices"));
        var failed = Assert.Throws<PluginException>(() => Built.Catalog(folder.Root).FileHandlers);
        Assert.Contains("org.crstream.device", failed.Message, StringComparison.Ordinal);
        Assert.Contains(copy, failed.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(Built.Plugins, "CrStream.Devices"), failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_among_the_stages_is_an_error()
    {
        var catalog = new PluginCatalog(new PluginFolders(Built.Plugins, Built.Plugins, []));
        Assert.Contains("stages and stores", Assert.Throws<PluginException>(() => catalog.Stores).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plugin_that_others_can_write_to_is_refused()
    {
        using var folder = new PluginFixture();
        var plugin = folder.Add(Path.Combine(Built.Plugins, "CrStream.Pipes"));
        var assembly = Path.Combine(plugin, "CrStream.Pipes.dll");
        File.SetUnixFileMode(assembly, File.GetUnixFileMode(assembly) | UnixFileMode.GroupWrite);
        AssertRefused(folder, assembly, "others than its owner may write");
    }

    [Fact]
    public void A_plugin_folder_that_others_can_write_to_is_refused()
    {
        using var folder = new PluginFixture();
        var plugin = folder.Add(Path.Combine(Built.Plugins, "CrStream.Pipes"));
        File.SetUnixFileMode(plugin, File.GetUnixFileMode(plugin) | UnixFileMode.OtherWrite);
        AssertRefused(folder, $"folder {plugin} is refused", "others than its owner may write");
    }

    [Fact]
    public void A_folder_of_plugins_that_others_can_write_to_is_refused()
    {
        using var folder = new PluginFixture();
        File.SetUnixFileMode(folder.Root, File.GetUnixFileMode(folder.Root) | UnixFileMode.OtherWrite);
        AssertRefused(folder, $"folder {folder.Root} is refused", "others than its owner may write");
    }

    [Fact]
    public void A_plugin_of_another_user_is_refused()
    {
        using var folder = new PluginFixture();
        var assembly = Path.Combine(folder.Add(Path.Combine(Built.Plugins, "CrStream.Pipes")), "CrStream.Pipes.dll");
        var kernel = new Kernel();
        using (var file = kernel.Open(assembly, FileFlags.O_RDONLY))
        {
            kernel.ChangeOwner(file, 54321, 0);
        }

        AssertRefused(folder, assembly, "belongs to user 54321");
    }

    [Fact]
    public void A_symbolic_link_in_a_plugin_folder_is_refused()
    {
        using var folder = new PluginFixture();
        var link = Path.Combine(folder.AddEmpty("Linked"), "Linked.dll");
        File.CreateSymbolicLink(link, Path.Combine(Built.Plugins, "CrStream.Pipes", "CrStream.Pipes.dll"));
        AssertRefused(folder, link, "symbolic link");
    }

    private static void AssertRefused(PluginFixture folder, params ReadOnlySpan<string> parts)
    {
        var failed = Assert.Throws<PluginException>(() => new PluginCatalog(new PluginFolders(folder.Root, "/nonexistent", [])).FileHandlers);
        foreach (var part in parts)
        {
            Assert.Contains(part, failed.Message, StringComparison.Ordinal);
        }
    }
}
