namespace CrStream.Abstractions;

/// <summary>The user's options by name, as on the command line without the dashes, such as <c>allow-changed-file</c>.</summary>
public interface ISettings
{
    /// <summary>All values of an option, in their order; empty where it was not given.</summary>
    IReadOnlyList<string> All(string name);
}
