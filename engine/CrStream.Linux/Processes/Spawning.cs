using System.Runtime.InteropServices;
using System.Text;
using CrStream.Abstractions;

namespace CrStream.Linux.Processes;

/// <summary>
/// Starts children with posix_spawn(3), not with <see cref="System.Diagnostics.Process"/>, whose SIGCHLD handler would
/// take the stops that the tracer waits for. Who starts one reaps it, with <see cref="Children"/>.
/// </summary>
public static unsafe partial class Spawning
{
    /// <summary>Starts a program with an empty environment and the descriptors of this process that are not close-on-exec.</summary>
    /// <param name="path">The executable.</param>
    /// <param name="arguments">Its arguments, its own name first.</param>
    /// <returns>The child's pid.</returns>
    /// <exception cref="KernelException">It cannot be started.</exception>
    public static int Start(string path, params ReadOnlySpan<string> arguments)
    {
        byte[] texts = [.. Encoding.UTF8.GetBytes(string.Join('\0', arguments)), 0];
        byte** pointers = stackalloc byte*[arguments.Length + 1];
        byte** environment = stackalloc byte*[1] { null };
        fixed (byte* first = texts)
        {
            var next = first;
            for (var i = 0; i < arguments.Length; i++)
            {
                pointers[i] = next;
                next += Encoding.UTF8.GetByteCount(arguments[i]) + 1;
            }

            pointers[arguments.Length] = null;
            int pid;
            var error = posix_spawn(&pid, path, 0, 0, pointers, environment);
            return error == 0 ? pid : throw new KernelException("posix_spawn", error, $"of {path}");
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(int* pid, string path, nint fileActions, nint attributes, byte** arguments, byte** environment);
}
