using CrStream.Abstractions;

namespace CrStream.FileStore;

/// <summary>Turns what the file API throws into errors of the store.</summary>
internal static class FileErrors
{
    /// <summary>Runs what may take long, such as flushing to a disk, on a thread that nobody waits for.</summary>
    /// <exception cref="StoreException">The file API failed.</exception>
    public static ValueTask TranslateAsync(string name, string verb, Action action) => new(Task.Run(() => Translate(name, verb, () =>
    {
        action();
        return true;
    })));

    /// <exception cref="StoreException">The file API failed.</exception>
    public static T Translate<T>(string name, string verb, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (IsFileError(exception))
        {
            throw Refusal(name, verb, exception);
        }
    }

    /// <exception cref="StoreException">The file API failed.</exception>
    public static async ValueTask<T> TranslateAsync<T>(string name, string verb, Func<ValueTask<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (IsFileError(exception))
        {
            throw Refusal(name, verb, exception);
        }
    }

    private static bool IsFileError(Exception exception) => exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    private static StoreException Refusal(string name, string verb, Exception exception) => new(
        $"cannot {verb} {name}: {char.ToLowerInvariant(exception.Message[0])}{exception.Message[1..].TrimEnd('.')}",
        exception switch
        {
            FileNotFoundException => "check the path",
            DirectoryNotFoundException => "make the directory first",
            UnauthorizedAccessException => "check the permissions, and that it is not a directory",
            _ => null,
        },
        exception);
}
