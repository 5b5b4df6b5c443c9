using System.Diagnostics;
using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>
/// The demo's program, in a session of its own, with standard streams of its own, a child of init: nothing of it is
/// held by the demo, as with any service.
/// </summary>
internal sealed class Worker
{
    /// <summary>The shell becomes the program, so the id that it writes is the program's.</summary>
    private const string Script = "echo $$ > pid.new && mv pid.new pid && exec perl worker.pl < /dev/null > output 2> errors";

    private readonly string directory;

    private Worker(string directory, int pid)
    {
        this.directory = directory;
        Pid = pid;
    }

    /// <summary>Its process id.</summary>
    public int Pid { get; }

    /// <summary>Whether there is a process with its id that is not just waiting to be reaped (proc_pid_stat(5), field 3).</summary>
    public bool IsAlive
    {
        get
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{Pid}/stat");
                return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    /// <summary>The complete lines that it has printed.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var text = File.Exists(Output) ? File.ReadAllText(Output) : "";
            return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>How many threads it has.</summary>
    public int Threads => Directory.GetDirectories($"/proc/{Pid}/task").Length;

    private string Output => Path.Combine(directory, "output");

    /// <summary>Starts it in a directory.</summary>
    public static async Task<Worker> StartAsync(string directory, CancellationToken cancellation)
    {
        await using (var source = typeof(Worker).Assembly.GetManifestResourceStream("worker.pl")!)
        await using (var file = File.Create(Path.Combine(directory, "worker.pl")))
        {
            await source.CopyToAsync(file, cancellation);
        }

        var start = new ProcessStartInfo("setsid", ["--fork", "sh", "-c", Script]) { WorkingDirectory = directory };
        using (var setsid = Process.Start(start)!)
        {
            await setsid.WaitForExitAsync(cancellation);
        }

        var path = Path.Combine(directory, "pid");
        await Patience.UntilAsync(() => File.Exists(path), "the program to start", cancellation);
        return new(directory, int.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until it has printed a number of lines.</summary>
    /// <exception cref="RestoreException">It ended, or did not print them in time.</exception>
    public Task CountsToAsync(int lines, CancellationToken cancellation) => Patience.UntilAsync(
        () => Lines.Count >= lines || (IsAlive ? false : throw new RestoreException($"the program {Pid} ended: {Errors()}")),
        $"the program {Pid} to count to {lines}",
        cancellation);

    /// <summary>Ends it with SIGKILL, if it is there.</summary>
    public void Kill()
    {
        if (!IsAlive)
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(Pid);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It ended by itself.
        }
    }

    private string Errors() => File.ReadAllText(Path.Combine(directory, "errors")).Trim();
}
