using CrStream.Abstractions;
using CrStream.Linux.Files;

namespace CrStream.Engine.Plugins;

/// <summary>
/// Decides whether a plugin's files may be loaded: a plugin runs with all of the command's privileges, so nobody may be
/// able to change it who could not become the caller anyway. Files and folders must belong to root, to the caller or to
/// whoever owns the command itself, must not be writable by their group or by others, and must not be links.
/// </summary>
internal sealed class PluginTrust(IKernel kernel, IReadOnlySet<uint> owners)
{
    private const uint WritableByOthers = 0b000_010_010;

    /// <summary>The trust that the running command has.</summary>
    internal static PluginTrust OfCommand()
    {
        var kernel = new Kernel();
        var owners = new HashSet<uint> { 0 };
        foreach (var path in (ReadOnlySpan<string>)["/proc/self", AppContext.BaseDirectory])
        {
            if (kernel.Status(path) is { } status)
            {
                owners.Add(status.Uid);
            }
        }

        return new(kernel, owners);
    }

    /// <summary>Checks a folder that holds plugins' folders, but not what is in it.</summary>
    /// <exception cref="PluginException">It is not trusted; the message says why.</exception>
    internal void RequireRoot(string folder) =>
        Require(folder, kernel.Status(folder) ?? throw new PluginException($"the plugin folder {folder} does not exist"));

    /// <summary>Checks a plugin's folder with everything in it.</summary>
    /// <exception cref="PluginException">Something in it is not trusted; the message says what and why.</exception>
    internal void RequirePlugin(string folder)
    {
        RequireEntry(folder);
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.None,
            IgnoreInaccessible = false,
        }))
        {
            RequireEntry(entry);
        }
    }

    private void RequireEntry(string path)
    {
        var status = kernel.Status(path, followLinks: false) ?? throw new PluginException($"{path} has gone while the plugin was looked at");
        if (status.IsSymbolicLink)
        {
            throw new PluginException($"the plugin file {path} is refused: it is a symbolic link", "put the file itself into the plugin's folder");
        }

        Require(path, status);
    }

    private void Require(string path, FileStatus status)
    {
        if (!owners.Contains(status.Uid))
        {
            throw new PluginException(
                $"the plugin {Kind(status)} {path} is refused: it belongs to user {status.Uid}, who is neither root nor the caller",
                $"make it root's: chown root {path}");
        }

        if ((status.Mode & WritableByOthers) != 0)
        {
            throw new PluginException(
                $"the plugin {Kind(status)} {path} is refused: others than its owner may write to it (mode {Convert.ToString(status.Mode & 0xFFF, 8)})",
                $"take the permission away: chmod go-w {path}");
        }
    }

    private static string Kind(FileStatus status) => status.IsDirectory ? "folder" : "file";
}
