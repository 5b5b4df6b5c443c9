using System.IO.Enumeration;
using CrStream.Abstractions;

namespace CrStream.RegularFiles;

/// <summary>
/// Decides whether a file is the one that the process had. The type must be the same. A regular file must have the
/// size and the modification time that it had when the process was frozen, so whatever the process itself wrote before
/// counts as unchanged; inode and device may differ, so a copy that keeps the time (<c>cp -p</c>, <c>rsync -t</c>) is
/// the file. A file that was open for appending may have grown. Directories and links change with what is in them and
/// are compared by type only.
/// </summary>
internal static class FileIdentity
{
    /// <summary>The option that lets changed files pass: a path, in which <c>*</c> and <c>?</c> match anything, slashes too.</summary>
    internal const string AllowChangedFile = "allow-changed-file";

    /// <exception cref="RestoreException">It is not the same file; the message says what has changed.</exception>
    internal static void Require(FileRecord record, FileStatus found, ISettings settings)
    {
        if (FileKinds.Of(found) != record.Kind)
        {
            throw new RestoreException($"the file {record.Path} was a {record.Kind.InWords()} at the checkpoint and is something else now");
        }

        if (record.Kind == FileKind.Regular && !record.Generated && ChangeOf(record, found) is { } change
            && !settings.All(AllowChangedFile).Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, record.Path, ignoreCase: false)))
        {
            throw new RestoreException(
                $"the file {record.Path} is not what it was at the checkpoint: {change}",
                $"put it back, or take it as it is: --{AllowChangedFile} '{record.Path}'");
        }
    }

    private static string? ChangeOf(FileRecord record, FileStatus found)
    {
        if (found.Size == record.Size)
        {
            var replaced = found.Device != record.Device || found.Inode != record.Inode;
            return found.ModifiedNanoseconds == record.ModifiedNanoseconds
                ? null
                : $"it was {(replaced ? "replaced" : "modified")}, its time was {Time(record.ModifiedNanoseconds)} and is {Time(found.ModifiedNanoseconds)}";
        }

        return record.Appended && found.Size > record.Size ? null : $"it had {record.Size} bytes and has {found.Size}";
    }

    private static string Time(long nanoseconds) => (DateTime.UnixEpoch + TimeSpan.FromTicks(nanoseconds / 100)).ToString("yyyy-MM-dd HH:mm:ss.fffffff'Z'", null);
}
