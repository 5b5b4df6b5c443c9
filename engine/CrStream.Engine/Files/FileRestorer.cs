using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>Opens file descriptions again: the handler opens, and what all have in common is set here.</summary>
internal sealed class FileRestorer(IRestoreContext context, Func<RestoredObject, IFileHandler?> handlerOf)
{
    // Those of the status flags that F_SETFL changes (fcntl(2)); O_ASYNC waits for the owner.
    private static readonly int Settable = FileFlags.O_APPEND | FileFlags.O_NONBLOCK | FileFlags.O_NOATIME | FileFlags.O_DIRECT;

    private readonly IReadOnlyDictionary<int, int> supplied = InheritedDescriptors.Supplied(context.Settings);

    /// <summary>Opens one.</summary>
    public RestoredFile Restore(Fields fields)
    {
        if (fields.Find("inherited") is not null)
        {
            return Inherit(fields.Int32("inherited"), fields.Text("link"));
        }

        var behind = context.Resolve<RestoredObject>(fields, "object");
        var handler = handlerOf(behind) ?? throw new FieldException("object", $"names {behind.Description}, which is no file");
        var state = new FileState(fields.Int32("flags"), fields.Int64("position"));
        var owner = fields.Find("owner") is null ? null : FileOwner.From(fields.Map("owner"));
        var file = new RestoredFile(behind, behind.Description, owner, state.Flags, () => Open(handler, behind, state));
        if (!behind.OpensLate)
        {
            _ = file.Handle;
        }

        return file;
    }

    private SafeFileHandle Open(IFileHandler handler, RestoredObject behind, FileState state)
    {
        var handle = handler.Open(behind, state, context);
        try
        {
            SetState(handle, state);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private void SetState(SafeFileHandle handle, FileState state)
    {
        if ((state.Flags & FileFlags.O_PATH) != 0)
        {
            return;
        }

        context.Kernel.Control(handle, FileControl.F_SETFL, state.Flags & Settable);
        if (state.Position != 0)
        {
            context.Kernel.Seek(handle, state.Position, FileControl.SEEK_SET);
        }
    }

    private RestoredFile Inherit(int fd, string link)
    {
        if (!supplied.TryGetValue(fd, out var own))
        {
            throw new RestoreException($"the image expects fd {fd} ({link}) to come from outside", $"give the restore's own with --{InheritedDescriptors.Option} {fd}, or another one with --{InheritedDescriptors.Option} {fd}=N");
        }

        using var borrowed = new SafeFileHandle(own, ownsHandle: false);
        try
        {
            // What came from the shell is open across execve(2); what this process opened itself is not.
            if ((context.Kernel.Control(borrowed, FileControl.F_GETFD) & FileControl.FD_CLOEXEC) != 0)
            {
                throw NotOpen(fd, own, null);
            }

            var duplicate = context.Kernel.Duplicate(borrowed);
            return new(null, $"the inherited fd {fd}", null, 0, () => duplicate);
        }
        catch (KernelException closed)
        {
            throw NotOpen(fd, own, closed);
        }
    }

    private static RestoreException NotOpen(int fd, int own, Exception? cause) =>
        new($"fd {own}, which is to be given for the image's fd {fd}, is not open here", $"open it in the shell, as in {own}>FILE", cause);
}
