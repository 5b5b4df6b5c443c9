using CrStream.Abstractions;

namespace CrStream.EventFiles.Watching;

/// <summary>How the image names a watched file: by its path, or, where it has none any more, as an open file of the tree.</summary>
/// <param name="Path">The absolute path, or null.</param>
/// <param name="Open">The file, or null.</param>
internal sealed record WatchedFile(string? Path, TreeFile? Open)
{
    internal Fields AddTo(Fields fields, IReferences references) =>
        fields.AddIfAny("path", Path is null ? null : (Value)Path).AddIfAny("file", Open is null ? null : references.To(Open.Node));
}
