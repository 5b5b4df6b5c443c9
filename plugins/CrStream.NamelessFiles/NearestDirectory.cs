using CrStream.Abstractions;

namespace CrStream.NamelessFiles;

/// <summary>Where something deleted was.</summary>
internal static class NearestDirectory
{
    /// <summary>The directory in which a deleted file was, or the nearest one above it that is still there, on the same file system.</summary>
    internal static string Of(OpenFile file, IKernel kernel)
    {
        for (var directory = file.Link; Path.GetDirectoryName(directory) is { } above; directory = above)
        {
            if (kernel.Status(above) is { IsDirectory: true } found && found.Device == file.Status.Device)
            {
                return above;
            }
        }

        throw new DeniedException(
            $"{file.Where} ({file.Link}) cannot be carried: it is deleted, and its file system is mounted nowhere above that name", "mount it there again");
    }
}
