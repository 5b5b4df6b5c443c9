using System.Buffers.Binary;
using System.Text;

namespace CrStream.Linux.Proc;

/// <summary>Reads what getdents64(2) gives: struct linux_dirent64, one behind the other.</summary>
internal static class DirectoryText
{
    private const int RecordLengthOffset = 16;
    private const int NameOffset = 19;

    public static void Append(ReadOnlySpan<byte> records, List<string> names)
    {
        while (!records.IsEmpty)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(records[RecordLengthOffset..]);
            var name = records[NameOffset..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(Encoding.UTF8.GetString(name));
            }

            records = records[length..];
        }
    }
}
