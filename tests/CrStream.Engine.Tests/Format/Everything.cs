using System.Diagnostics;
using System.Globalization;
using CrStream.Engine.Tests.Plugins;
using CrStream.Image;

namespace CrStream.Engine.Tests.Format;

/// <summary>A running program that holds something of every kind, see everything.py.</summary>
internal sealed class Everything : IDisposable
{
    // Descriptor 3 comes from outside: the test names it as inherited. Descriptor 4 leaks to a stranger: the test allows it.
    private const string Script =
        "exec 4> leaking; setsid --fork sh -c 'echo $$ > stranger; exec sleep 60' < /dev/null > /dev/null; exec python3 everything.py < /dev/null > output 2> errors 3> outside";

    private readonly string folder = Directory.CreateTempSubdirectory("crstream-format-").FullName;
    private readonly int pid;

    public Everything()
    {
        using (var source = typeof(Everything).Assembly.GetManifestResourceStream("everything.py")!)
        using (var file = File.Create(Path.Combine(folder, "everything.py")))
        {
            source.CopyTo(file);
        }

        using var started = Process.Start(new ProcessStartInfo("setsid", ["--fork", "sh", "-c", Script]) { WorkingDirectory = folder })!;
        started.WaitForExit();
        var ready = Path.Combine(folder, "ready");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(ready), TimeSpan.FromSeconds(20)), $"the program does not start: {File.ReadAllText(Path.Combine(folder, "errors"))}");
        var lines = File.ReadAllLines(ready);
        pid = int.Parse(lines[0], CultureInfo.InvariantCulture);
        Missing = lines[1..];
    }

    /// <summary>The keys, with their paths, that this kernel gives no occasion for.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Checkpoints it, and reads the image.</summary>
    public async Task<SeenFields> CheckpointAsync()
    {
        var image = Path.Combine(folder, "image.crs");
        using (var engine = new CrStreamEngine(Built.Catalog()))
        {
            await engine.CheckpointAsync(
                new()
                {
                    Pid = pid,
                    Destination = image,
                    Stages = [],
                    Settings = new Settings(new Dictionary<string, IReadOnlyList<string>> { ["inherit-fd"] = ["3"], ["allow-leak"] = ["file"] }),
                },
                CancellationToken.None);
        }

        var seen = new SeenFields();
        await using var stream = File.OpenRead(image);
        using var reader = new ImageReader(stream);
        seen.Add("environment", (await reader.ReadHeaderAsync()).Environment);
        while (await reader.ReadAsync() is { } next)
        {
            if (next is FieldsObject fields)
            {
                seen.Add(fields.Type.Name, fields.Fields);
            }
        }

        return seen;
    }

    public void Dispose()
    {
        foreach (var left in (ReadOnlySpan<int>)[pid, int.Parse(File.ReadAllText(Path.Combine(folder, "stranger")), CultureInfo.InvariantCulture)])
        {
            using var process = Process.GetProcessById(left);
            process.Kill();
        }

        var key = $"{0x43530000 + pid}";
        using (var removed = Process.Start("ipcrm", ["-S", key, "-Q", key]))
        {
            removed.WaitForExit();
        }

        Directory.Delete(folder, recursive: true);
    }
}
