namespace CrStream.Engine.Tests.Plugins;

/// <summary>A folder of plugins' folders that a test may spoil; only its owner may write to it.</summary>
internal sealed class PluginFixture : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal string Root { get; } = Directory.CreateTempSubdirectory("crstream-plugins-").FullName;

    /// <summary>Copies a built plugin's folder here; the path of the copy.</summary>
    internal string Add(string builtFolder)
    {
        var name = Path.GetFileName(builtFolder);
        var copy = AddEmpty(name);
        foreach (var file in Directory.GetFiles(builtFolder))
        {
            var target = Path.Combine(copy, Path.GetFileName(file));
            File.Copy(file, target);
            File.SetUnixFileMode(target, OwnerOnly);
        }

        return copy;
    }

    internal string AddEmpty(string name) => Directory.CreateDirectory(Path.Combine(Root, name), OwnerOnly).FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
