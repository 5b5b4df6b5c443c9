using System.Text;
using CrStream.Abstractions;
using CrStream.Linux.Namespaces;
using CrStream.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Namespaces;

/// <summary>A namespace that was made again, held by a descriptor of this process until the tasks are in it.</summary>
internal sealed class RestoredNamespace : RestoredObject
{
    private readonly SafeFileHandle handle;

    private RestoredNamespace(NamespaceState state, SafeFileHandle handle) => (Kind, this.handle) = (state.Kind, handle);

    /// <summary>As in <see cref="NamespaceState"/>.</summary>
    public string Kind { get; }

    /// <summary>What a time namespace adds to CLOCK_MONOTONIC, in nanoseconds.</summary>
    public long MonotonicOffset { get; private init; }

    /// <inheritdoc/>
    public override string Description => $"the {Kind} namespace";

    /// <summary>The descriptor in this process.</summary>
    public int Descriptor => (int)handle.DangerousGetHandle();

    /// <summary>Makes it.</summary>
    /// <exception cref="RestoreException">It may not be made, or a setting may not be given.</exception>
    public static RestoredNamespace Create(NamespaceState state)
    {
        try
        {
            switch (state.Kind)
            {
                case "uts":
                    return new(state, NamespaceThread.Unshare(CloneFlags.CLONE_NEWUTS, () =>
                    {
                        NamespaceThread.SetNames(Encoding.UTF8.GetBytes(state.Settings.GetValueOrDefault("hostname", "")), Encoding.UTF8.GetBytes(state.Settings.GetValueOrDefault("domainname", "")));
                        return NamespaceThread.OpenOwn("uts");
                    }));
                case "ipc":
                    return new(state, NamespaceThread.Unshare(CloneFlags.CLONE_NEWIPC, () =>
                    {
                        SetIpc(state);
                        return NamespaceThread.OpenOwn("ipc");
                    }));
                default:
                    var offsets = TimeOffsets.From(state.Settings, Clocks.Now(Clocks.CLOCK_MONOTONIC), Clocks.Now(TimeOffsets.CLOCK_BOOTTIME));
                    return new(state, NamespaceThread.Unshare(CloneFlags.CLONE_NEWTIME, () =>
                    {
                        File.WriteAllText($"/proc/{NamespaceThread.CurrentTid}/timens_offsets", offsets.ToString());
                        return NamespaceThread.OpenOwn("time_for_children");
                    }))
                    { MonotonicOffset = offsets.Monotonic };
            }
        }
        catch (Exception refused) when (refused is KernelException or IOException or UnauthorizedAccessException)
        {
            throw new RestoreException($"the {state.Kind} namespace of the image cannot be made: {refused.Message}", "this needs CAP_SYS_ADMIN, for a time namespace CAP_SYS_TIME, and for some settings CAP_SYS_RESOURCE", refused);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        handle.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Only names of the list are written: an image says nothing else of /proc/sys.</summary>
    private static void SetIpc(NamespaceState state)
    {
        foreach (var name in IpcSettings.Names)
        {
            if (state.Settings.TryGetValue(name, out var value) && File.Exists($"/proc/sys/{name}") && NamespaceCollector.Setting(name) != value)
            {
                File.WriteAllText($"/proc/sys/{name}", value);
            }
        }
    }
}
