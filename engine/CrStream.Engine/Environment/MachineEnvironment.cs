using System.Globalization;
using System.IO.Hashing;
using System.Reflection;
using CrStream.Abstractions;
using CrStream.Image;
using CrStream.Linux.Architectures;
using CrStream.Linux.Memory;
using CrStream.Linux.Processes;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Environment;

/// <summary>What an image says about the machine that made it, and what a restore holds against its own.</summary>
internal sealed class MachineEnvironment
{
    private MachineEnvironment(string vdsoHash) => VdsoHash = vdsoHash;

    /// <summary>This machine.</summary>
    public static MachineEnvironment Current { get; } = new(HashVdso());

    /// <summary>The XXH3 hash of the vDSO's pages: programs keep addresses of functions in it.</summary>
    public string VdsoHash { get; }

    /// <summary>A header for a new image.</summary>
    /// <param name="countsReferencesBy">How references from outside were counted, for whoever looks into the image.</param>
    public ImageHeader NewHeader(string countsReferencesBy) => new()
    {
        Arch = Processor.Current.Name,
        Kernel = KernelRelease.Release,
        KernelVersion = KernelRelease.Version,
        PageSize = System.Environment.SystemPageSize,
        ImageId = Guid.NewGuid(),
        Created = DateTimeOffset.UtcNow,
        Creator = $"crstream {typeof(MachineEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}",
        Environment = new()
        {
            ["vdso"] = VdsoHash,
            ["extended_state"] = Processor.Current.ExtendedStateMask,
            ["cgroup_version"] = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1,
            ["security_modules"] = SecurityModules(),
            ["reference_counts"] = countsReferencesBy,
        },
    };

    /// <summary>Refuses an image that this machine cannot run.</summary>
    /// <exception cref="RestoreException">It cannot; the message says what differs.</exception>
    public void Require(ImageHeader header, bool forceKernel)
    {
        Require("processor architecture", header.Arch, Processor.Current.Name, "restore it on a machine of that kind");
        Require("page size", header.PageSize.ToString(CultureInfo.InvariantCulture), System.Environment.SystemPageSize.ToString(CultureInfo.InvariantCulture), "restore it on a machine of that kind");
        var missing = header.Environment.UInt64("extended_state") & ~Processor.Current.ExtendedStateMask;
        if (missing != 0)
        {
            throw new RestoreException(
                $"the image's processor has extended state that this one has not: {Processor.Current.NamesOfExtendedState(missing)} (mask 0x{missing:x})", "restore it on a processor that has it");
        }

        if (!forceKernel)
        {
            Require("kernel release", header.Kernel, KernelRelease.Release, "boot that kernel, or try this one with --force-kernel");
            Require("vDSO", header.Environment.Text("vdso"), VdsoHash, "boot the very kernel that made the image, or try this one with --force-kernel");
        }
    }

    private static string SecurityModules()
    {
        const string list = "/sys/kernel/security/lsm";
        return File.Exists(list) ? File.ReadAllText(list).Trim() : "";
    }

    private static void Require(string what, string image, string machine, string hint)
    {
        if (image != machine)
        {
            throw new RestoreException($"the image's {what} is {image}, and this machine's is {machine}", hint);
        }
    }

    private static string HashVdso()
    {
        var vdso = new ProcTask(System.Environment.ProcessId).Maps().First(mapping => mapping.Path?.Text == "[vdso]");
        var bytes = new byte[vdso.Length];
        using var memory = TaskMemory.Open(System.Environment.ProcessId);
        memory.Read(vdso.Start, bytes);
        return Convert.ToHexStringLower(XxHash128.Hash(bytes));
    }
}
