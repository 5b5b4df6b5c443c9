namespace CrStream.Linux.Tests.Proc;

/// <summary>
/// Text that /proc had for real processes on Linux 6.18: one program with threads, odd names and odd mappings, whose
/// name is <c>a) b\n(\\\xff x</c> in C. smaps is shortened to some of the records.
/// </summary>
internal static class Samples
{
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Proc", "samples", name));
}
