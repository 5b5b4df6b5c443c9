using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>Opens file descriptions again: the handler opens, and what all have in common is set here.</summary>
internal sealed class FileRestorer(IRestoreContext context, Func<RestoredObject, IFileHandler?> handlerOf)
{
    // Those of the status flags that F_SETFL changes (fcntl(2)); O_ASYNC waits for the owner.
    private static readonly int Settable = FileFlags.O_APPEND | FileFlags.O_NONBLOCK | FileFlags.O_NOATIME | FileFlags.O_DIRECT;

    private readonly ExternalSupply supply = new(context.Kernel, context.Settings);

    /// <summary>Opens one.</summary>
    public RestoredFile Restore(Fields fields)
    {
        if (fields.Find("external") is not null)
        {
            var wanted = ExternalFile.From(fields);
            var supplied = supply.Supply(wanted);
            return new(null, wanted.Description, null, 0, () => supplied);
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
}
