using System.Globalization;

namespace CrStream.Benchmarks.Whole;

/// <summary>The process of ballast.c, which is mostly memory. It is started as daemons are, so that it shares nothing with this one.</summary>
internal sealed class Ballast : IDisposable
{
    private static readonly string Programs = Path.Combine(Repository.Root, "artifacts/benchmarks");

    private readonly string folder = Directory.CreateTempSubdirectory("crstream-ballast-").FullName;

    /// <summary>Starts it and waits until its memory is filled.</summary>
    /// <param name="mebibytes">How much memory it fills.</param>
    /// <param name="hugePages">Whether it asks for huge pages; else it forbids them.</param>
    public Ballast(int mebibytes, bool hugePages)
    {
        Length = (long)mebibytes << 20;
        var size = mebibytes.ToString(CultureInfo.InvariantCulture);
        string[] arguments = [folder, Path.Combine(Programs, "ballast"), folder, size, .. hugePages ? ["huge"] : Array.Empty<string>()];
        Pid = int.Parse(Shell.Run(Path.Combine(Programs, "launch"), arguments), CultureInfo.InvariantCulture);
        Address = Convert.ToUInt64(WaitFor("status")["ready ".Length..], 16);
    }

    /// <summary>Its process id, before and after a restore.</summary>
    public int Pid { get; }

    /// <summary>Where its memory begins.</summary>
    public ulong Address { get; }

    /// <summary>How many bytes it has filled.</summary>
    public long Length { get; }

    /// <summary>Compiles the program, and the one that starts it.</summary>
    public static void Build()
    {
        Directory.CreateDirectory(Programs);
        foreach (var source in (string[])["benchmarks/ballast.c", "tests/workloads/launch.c"])
        {
            Shell.Run("cc", "-std=gnu17", "-D_GNU_SOURCE", "-O2", "-o", Path.Combine(Programs, Path.GetFileNameWithoutExtension(source)), Path.Combine(Repository.Root, source));
        }
    }

    /// <summary>Asks it whether its memory is as it was.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public void RequireUnharmed()
    {
        File.WriteAllText(Path.Combine(folder, "check.1"), "");
        var verdict = WaitFor("verdict.1");
        if (verdict != "OK")
        {
            throw new InvalidOperationException(verdict);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Shell.Run("bash", "-c", $"kill -9 {Pid}");
        Directory.Delete(folder, recursive: true);
    }

    private string WaitFor(string name)
    {
        var path = Path.Combine(folder, name);
        for (var waited = 0; !File.Exists(path); waited++)
        {
            if (waited == 12000)
            {
                throw new TimeoutException($"the process {Pid} does not say {name}");
            }

            Thread.Sleep(5);
        }

        return File.ReadAllText(path).Trim();
    }
}
