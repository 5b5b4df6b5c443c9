namespace CrStream.Abstractions;

/// <summary>What a handler may use while it restores.</summary>
public interface IRestoreContext
{
    /// <summary>The kernel, for what is done in this process rather than in a task.</summary>
    IKernel Kernel { get; }

    /// <summary>What the user asked for.</summary>
    ISettings Settings { get; }

    /// <summary>The restored object that a reference names.</summary>
    /// <param name="fields">The payload that has the reference.</param>
    /// <param name="key">Its field.</param>
    /// <exception cref="FieldException">The reference names an object of another kind.</exception>
    T Resolve<T>(Fields fields, string key)
        where T : RestoredObject;
}
