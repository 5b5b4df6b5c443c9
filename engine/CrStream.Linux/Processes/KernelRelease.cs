using CrStream.Linux.Proc;

namespace CrStream.Linux.Processes;

/// <summary>Which kernel this is, as uname(2) says.</summary>
public static class KernelRelease
{
    /// <summary>The release, such as 6.18.2.</summary>
    public static string Release { get; } = Read("osrelease");

    /// <summary>The version: how and when it was built.</summary>
    public static string Version { get; } = Read("version");

    private static string Read(string name) => ProcFs.Read($"/proc/sys/kernel/{name}", text => new KernelText(text).ToString()).Replace("\\x0a", "", StringComparison.Ordinal);
}
