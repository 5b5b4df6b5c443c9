using CrStream.Abstractions;

namespace CrStream.Engine.Namespaces;

/// <summary>A namespace of the tree's own; see namespaces(7).</summary>
/// <param name="Kind"><c>uts</c>, <c>ipc</c> or <c>time</c>.</param>
/// <param name="Settings">Of uts <c>hostname</c> and <c>domainname</c>; of ipc the settings under /proc/sys that are its own; of time the clocks' offsets and readings in nanoseconds.</param>
internal sealed record NamespaceState(string Kind, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>The kinds that are carried.</summary>
    public static readonly string[] Kinds = ["uts", "ipc", "time"];

    public Fields ToFields() => new()
    {
        ["kind"] = Kind,
        ["settings"] = Value.Array(Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal).Select(setting => new Fields { ["name"] = setting.Key, ["value"] = setting.Value })),
    };

    public static NamespaceState From(Fields fields) => new(
        fields.Text("kind") is var kind && Kinds.Contains(kind) ? kind : throw new FieldException("kind", "is no namespace that this version knows"),
        fields.Maps("settings").ToDictionary(setting => setting.Text("name"), setting => setting.Text("value"), StringComparer.Ordinal));
}
