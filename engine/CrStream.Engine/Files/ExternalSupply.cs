using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>Supplies the files that come from outside, from this process's own descriptors or by their paths.</summary>
internal sealed class ExternalSupply(IKernel kernel, ISettings settings)
{
    private const int O_NOCTTY = 0x100;

    // Those of the status flags that F_SETFL changes, and that a file that is opened here gets.
    private static readonly int Settable = FileFlags.O_APPEND | FileFlags.O_NONBLOCK | FileFlags.O_NOATIME | FileFlags.O_DIRECT;

    private readonly IReadOnlyDictionary<string, string> supplied = ExternalOptions.Supplied(settings);

    /// <summary>The file that is given for one of the image's.</summary>
    /// <exception cref="RestoreException">None is, or it is of another kind.</exception>
    public SafeFileHandle Supply(ExternalFile wanted)
    {
        if (!supplied.TryGetValue(wanted.Key, out var supply))
        {
            throw new RestoreException($"the image expects {wanted.Description} to come from outside", ExternalOptions.SupplyAdvice(wanted.Key));
        }

        var file = ExternalOptions.Descriptor(supply) is { } own ? Duplicate(own, wanted) : Open(supply, wanted);
        try
        {
            Require(file, supply, wanted);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private SafeFileHandle Duplicate(int own, ExternalFile wanted)
    {
        using var borrowed = new SafeFileHandle(own, ownsHandle: false);
        try
        {
            // What came from the shell is open across execve(2); what this process opened itself is not.
            return (kernel.Control(borrowed, FileControl.F_GETFD) & FileControl.FD_CLOEXEC) == 0 ? kernel.Duplicate(borrowed) : throw NotOpen(own, wanted, null);
        }
        catch (KernelException closed)
        {
            throw NotOpen(own, wanted, closed);
        }
    }

    /// <summary>Opens without waiting for the other end of a FIFO.</summary>
    private SafeFileHandle Open(string path, ExternalFile wanted)
    {
        try
        {
            var file = kernel.Open(path, (wanted.Flags & FileFlags.O_ACCMODE) | FileFlags.O_NONBLOCK | O_NOCTTY);
            kernel.Control(file, FileControl.F_SETFL, wanted.Flags & Settable);
            return file;
        }
        catch (KernelException failed)
        {
            throw new RestoreException($"{path}, which is to be given for {wanted.Description}, cannot be opened: {ErrorNumber.Describe(failed.Error)}", failed.Error == ErrorNumber.ENXIO ? "let somebody open the other end first" : null, failed);
        }
    }

    private void Require(SafeFileHandle file, string supply, ExternalFile wanted)
    {
        if (ExternalFile.KindOf(kernel, file) is var kind && kind != wanted.Kind)
        {
            throw new RestoreException($"{supply}, which is to be given for {wanted.Description}, is of another kind: {kind}", $"give a {wanted.Kind}");
        }

        var (mode, need) = ((int)kernel.Control(file, FileControl.F_GETFL) & FileFlags.O_ACCMODE, wanted.Flags & FileFlags.O_ACCMODE);
        if (mode != need && mode != FileFlags.O_RDWR)
        {
            throw new RestoreException(
                $"{supply}, which is to be given for {wanted.Description}, is open for {Access(mode)}, and has to be for {Access(need)}", "open it in the shell with <, > or <>");
        }
    }

    private static string Access(int mode) => mode switch { 0 => "reading", 1 => "writing", _ => "reading and writing" };

    private static RestoreException NotOpen(int own, ExternalFile wanted, Exception? cause) =>
        new($"fd {own}, which is to be given for {wanted.Description}, is not open here", $"open it in the shell, as in {own}>FILE", cause);
}
