using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>What the image says of a file that comes from outside.</summary>
/// <param name="Key">Under which name it is supplied.</param>
/// <param name="Kind">What it was, and what is supplied must be: see <see cref="KindOf"/>.</param>
/// <param name="Flags">Access mode and status flags.</param>
/// <param name="Link">What /proc said of it.</param>
internal sealed record ExternalFile(string Key, string Kind, int Flags, string Link)
{
    private const ulong TCGETS = 0x5401;
    private const int TermiosLength = 60;
    private const uint S_IFSOCK = 0xC000;

    /// <summary>How errors name it.</summary>
    public string Description => $"the {Kind} {Key} ({Link})";

    public Fields ToFields() => new() { ["flags"] = Flags, ["external"] = Key, ["kind"] = Kind, ["link"] = Link };

    public static ExternalFile From(Fields fields) => new(fields.Text("external"), fields.Text("kind"), fields.Int32("flags"), fields.Text("link"));

    /// <summary>What an open file is: file, directory, pipe, socket, terminal, device, or else other.</summary>
    public static string KindOf(IKernel kernel, SafeFileHandle file) => kernel.Status(file) switch
    {
        { IsRegular: true } => "file",
        { IsDirectory: true } => "directory",
        { IsFifo: true } => "pipe",
        { Type: S_IFSOCK } => "socket",
        { IsCharacterDevice: true } => IsTerminal(kernel, file) ? "terminal" : "device",
        _ => "other",
    };

    private static bool IsTerminal(IKernel kernel, SafeFileHandle file)
    {
        try
        {
            kernel.Ioctl(file, TCGETS, new byte[TermiosLength]);
            return true;
        }
        catch (KernelException refused) when (refused.Error is ErrorNumber.ENOTTY or ErrorNumber.EINVAL or ErrorNumber.EIO)
        {
            return false;
        }
    }
}
