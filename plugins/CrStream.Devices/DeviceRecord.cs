using CrStream.Abstractions;

namespace CrStream.Devices;

/// <summary>What the image says of a device.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Major">Which driver.</param>
/// <param name="Minor">Which of its devices.</param>
internal sealed record DeviceRecord(string Path, uint Major, uint Minor)
{
    internal string Number => $"{Major}:{Minor}";

    internal static DeviceRecord Of(string path, FileStatus status) => new(path, status.SpecialMajor, status.SpecialMinor);

    internal bool IsSame(FileStatus status) => status.IsCharacterDevice && status.SpecialMajor == Major && status.SpecialMinor == Minor;

    internal Fields Write() => new() { ["path"] = Path, ["major"] = Major, ["minor"] = Minor };

    internal static DeviceRecord Read(Fields fields)
    {
        var path = fields.Text("path");
        return path.StartsWith('/') && !path.Contains('\0')
            ? new(path, fields.UInt32("major"), fields.UInt32("minor"))
            : throw new FieldException("path", "is no absolute path");
    }
}
