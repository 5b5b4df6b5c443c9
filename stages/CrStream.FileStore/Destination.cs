namespace CrStream.FileStore;

/// <summary>What a name leads to.</summary>
internal static class Destination
{
    /// <summary>The path of a <c>file:</c> URI; anything else is a path already.</summary>
    /// <exception cref="ArgumentException">The URI names another machine.</exception>
    public static string Parse(string uri)
    {
        if (!uri.StartsWith("file:", StringComparison.OrdinalIgnoreCase)) return Path.GetFullPath(uri);
        var parsed = new Uri(uri);
        return parsed.IsLoopback ? parsed.LocalPath : throw new ArgumentException($"the file is on another machine, {parsed.Host}");
    }

    /// <summary>The file behind symbolic links, so that a link stays and what it points to is replaced.</summary>
    public static string Resolve(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>
    /// Opens what is no regular file: a device, a pipe, an open file of a process. Null for a regular file, and for one
    /// that is not there yet. A FIFO opens when somebody reads it.
    /// </summary>
    public static FileStream? OpenSpecial(string path)
    {
        if (!File.Exists(path)) return null;
        if (IsInFileSystemOfDevices(path)) return OpenExisting(path);
        FileStream stream;
        try
        {
            stream = OpenExisting(path);
        }
        catch (UnauthorizedAccessException)
        {
            // A file that may not be written may still be replaced: that is the directory's affair.
            return null;
        }

        if (!stream.CanSeek) return stream;
        stream.Dispose();
        return null;
    }

    private static bool IsInFileSystemOfDevices(string path)
        => (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
        || path.StartsWith("/proc/", StringComparison.Ordinal);

    private static FileStream OpenExisting(string path)
        => new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0 });
}
