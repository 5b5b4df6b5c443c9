namespace CrStream.Engine.Plugins;

/// <summary>Where plugins are looked for: each is a folder <c>NAME</c> that holds <c>NAME.dll</c> and what that needs.</summary>
/// <param name="Handlers">The folder of the built-in handlers' folders; it need not exist.</param>
/// <param name="Stages">The folder of the built-in stages' and stores' folders; it need not exist.</param>
/// <param name="Additional">More such folders that the user named, for plugins of any kind; each must exist.</param>
public sealed record PluginFolders(string Handlers, string Stages, IReadOnlyList<string> Additional)
{
    /// <summary><c>plugins</c> and <c>stages</c> beside the command, and what the user named.</summary>
    public static PluginFolders BesideCommand(params IReadOnlyList<string> additional) =>
        new(Path.Combine(AppContext.BaseDirectory, "plugins"), Path.Combine(AppContext.BaseDirectory, "stages"), additional);
}
