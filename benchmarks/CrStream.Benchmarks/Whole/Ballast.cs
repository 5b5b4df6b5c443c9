using System.Globalization;

namespace CrStream.Benchmarks.Whole;

/// <summary>The process of ballast.c, which is mostly memory. It is started as daemons are, so that it shares nothing with this one.</summary>
internal sealed class Ballast : IDisposable
{
    private static readonly string Programs = Path.Combine(Repository.Root, "artifacts/benchmarks");

    private readonly string[] suffixes;
    private readonly string folder = Directory.CreateTempSubdirectory("crstream-ballast-").FullName;

    /// <summary>Starts it and waits until its memory is filled.</summary>
    /// <param name="mebibytes">How much memory it fills.</param>
    /// <param name="hugePages">Whether it asks for huge pages; else it forbids them.</param>
    /// <param name="children">How many children it has that share its memory copy-on-write.</param>
    public Ballast(int mebibytes, bool hugePages, int children = 0)
    {
        Length = (long)mebibytes << 20;
        var size = mebibytes.ToString(CultureInfo.InvariantCulture);
        string[] arguments = [folder, Path.Combine(Programs, "ballast"), folder, size, hugePages ? "huge" : "small", children.ToString(CultureInfo.InvariantCulture)];
        Pid = int.Parse(Shell.Run(Path.Combine(Programs, "launch"), arguments), CultureInfo.InvariantCulture);
        suffixes = ["", .. Enumerable.Range(1, children).Select(child => string.Create(CultureInfo.InvariantCulture, $".{child}"))];
        var ready = suffixes.Select(suffix => WaitFor($"status{suffix}").Split(' ')).ToArray();
        Address = Convert.ToUInt64(ready[0][1], 16);
        Pids = [.. ready.Select(words => int.Parse(words[2], CultureInfo.InvariantCulture))];
    }

    /// <summary>Its process id, before and after a restore.</summary>
    public int Pid { get; }

    /// <summary>Its own and its children's.</summary>
    public IReadOnlyList<int> Pids { get; }

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
        foreach (var verdict in suffixes.Select(suffix => WaitFor($"verdict.1{suffix}")))
        {
            if (verdict != "OK")
            {
                throw new InvalidOperationException(verdict);
            }
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
