using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Devices;

/// <summary>
/// Carries the memory devices that have no state: null, zero, full, random, urandom (mem(4), null(4), full(4),
/// random(4)). The image has path and number; the restore opens the path again after checking that it is that device.
/// </summary>
public sealed class DevicesHandler : IFileHandler
{
    private const uint MEM_MAJOR = 1;
    private const uint TTY_MAJOR = 4;
    private const uint TTYAUX_MAJOR = 5;
    private const uint UNIX98_PTY_MASTER_MAJOR = 128;
    private const uint UNIX98_PTY_SLAVE_LAST_MAJOR = 143;
    private const uint ZeroMinor = 5;

    private static readonly ObjectType Type = new("org.crstream.device");

    /// <inheritdoc/>
    public string Name => "devices";

    /// <inheritdoc/>
    public string Claim => "the devices null, zero, full, random and urandom";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    /// <remarks>Of these only /dev/zero can be mapped, which makes private memory that starts out zero.</remarks>
    public bool Claims(OpenFile file) =>
        IsStateless(file.Status) && file.Link.StartsWith('/') && (!file.IsMapping || file.Status.SpecialMinor == ZeroMinor);

    /// <inheritdoc/>
    public Denial? Explain(OpenFile file)
    {
        if (!file.Status.IsCharacterDevice)
        {
            return null;
        }

        var number = $"{file.Status.SpecialMajor}:{file.Status.SpecialMinor}";
        return file.Status.SpecialMajor is TTY_MAJOR or TTYAUX_MAJOR or (>= UNIX98_PTY_MASTER_MAJOR and <= UNIX98_PTY_SLAVE_LAST_MAJOR)
            ? new($"is a terminal ({number}) that comes from outside", "--inherit-fd lets a descriptor come from outside, and supplies it again at the restore; or start the program with its standard streams redirected")
            : new($"is the character device {number}, whose state only its driver knows", "a plugin for this device can carry it");
    }

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var device = DeviceRecord.Of(file.Link, file.Status);
        var named = context.Kernel.Status(file.Link);
        if (named is null || !device.IsSame(named))
        {
            throw new DeniedException(
                $"{file.Where} ({file.Link}) cannot be carried: the device {device.Number} has that name no more",
                $"make it again: mknod {file.Link} c {device.Major} {device.Minor}");
        }

        return context.Shared($"device:{device.Number}:{device.Path}", () => new Device(Type, device));
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context)
    {
        var device = DeviceRecord.Read(fields);
        var name = OpenName(device, context.Kernel);
        var status = context.Kernel.Status(name);
        if (device.IsSame(status) && IsStateless(status))
        {
            return new RestoredDevice(device, name);
        }

        name.Dispose();
        throw new RestoreException($"{device.Path} was the character device {device.Number} at the checkpoint and is something else now");
    }

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) =>
        ((RestoredDevice)behind).Open(state.Flags, context.Kernel);

    private static bool IsStateless(FileStatus status) =>
        status is { IsCharacterDevice: true, SpecialMajor: MEM_MAJOR, SpecialMinor: 3 or ZeroMinor or 7 or 8 or 9 };

    private static SafeFileHandle OpenName(DeviceRecord device, IKernel kernel)
    {
        try
        {
            return kernel.Open(device.Path, FileFlags.O_PATH);
        }
        catch (KernelException failed) when (failed.Error is ErrorNumber.ENOENT or ErrorNumber.ENOTDIR)
        {
            throw new RestoreException($"the device {device.Path} is missing", $"make it again: mknod {device.Path} c {device.Major} {device.Minor}", failed);
        }
    }
}
