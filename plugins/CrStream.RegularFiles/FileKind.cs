using CrStream.Abstractions;

namespace CrStream.RegularFiles;

/// <summary>The file types that have nothing behind them but their name.</summary>
internal enum FileKind
{
    Regular,
    Directory,
    SymbolicLink,
}

/// <summary>The kinds' names, in the image and in errors.</summary>
internal static class FileKinds
{
    internal static FileKind? Of(FileStatus status) => status switch
    {
        { IsRegular: true } => FileKind.Regular,
        { IsDirectory: true } => FileKind.Directory,
        { IsSymbolicLink: true } => FileKind.SymbolicLink,
        _ => null,
    };

    internal static string ToField(this FileKind kind) => kind switch
    {
        FileKind.Regular => "regular",
        FileKind.Directory => "directory",
        _ => "symbolic-link",
    };

    internal static FileKind FromField(Fields fields, string key) => fields.Text(key) switch
    {
        "regular" => FileKind.Regular,
        "directory" => FileKind.Directory,
        "symbolic-link" => FileKind.SymbolicLink,
        var other => throw new FieldException(key, $"is \"{other}\", which is no kind of file"),
    };

    internal static string InWords(this FileKind kind) => kind switch
    {
        FileKind.Regular => "regular file",
        FileKind.Directory => "directory",
        _ => "symbolic link",
    };
}
