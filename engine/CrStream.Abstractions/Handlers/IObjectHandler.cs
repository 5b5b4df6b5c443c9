namespace CrStream.Abstractions;

/// <summary>A plugin's handler for a family of kernel objects. Handlers are made once, by their parameterless constructor.</summary>
public interface IObjectHandler
{
    /// <summary>The handler's name in lists and errors, such as <c>pipes</c>.</summary>
    string Name { get; }

    /// <summary>What it claims, in one line for <c>crstream plugins</c>.</summary>
    string Claim { get; }

    /// <summary>
    /// Names of handlers that this one takes the place of: where it claims what one of them claims too, it gets it.
    /// Without this, two handlers that claim the same are an error.
    /// </summary>
    IReadOnlyList<string> Replaces => [];

    /// <summary>The object types that it writes and restores.</summary>
    IReadOnlyList<ObjectType> ObjectTypes { get; }

    /// <summary>
    /// Makes the object again when it arrives. Runs before any task exists, so what needs one waits for
    /// <see cref="RestoredObject.CompleteAsync"/>.
    /// </summary>
    /// <param name="type">One of <see cref="ObjectTypes"/>.</param>
    /// <param name="fields">The payload. A <see cref="FieldException"/> of its readers may pass through.</param>
    /// <param name="context">The objects that came before, the kernel, the user's settings.</param>
    /// <exception cref="RestoreException">It cannot be made here; the message says why.</exception>
    RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context);
}
