using System.Diagnostics;
using System.Text;

namespace CrStream.EndToEnd.Tests.Running;

/// <summary>A command that is running, with its standard streams on pipes. Never a target: see <see cref="Target"/>.</summary>
internal sealed class RunningCommand : IDisposable
{
    private readonly Process _process;
    private readonly string _line;
    private readonly Task<string> _error;
    private Task<string>? _output;

    private RunningCommand(Process process, string line)
    {
        _process = process;
        _line = line;
        _error = process.StandardError.ReadToEndAsync();
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public StreamWriter Input => _process.StandardInput;

    /// <summary>To read lines while the command runs; <see cref="Wait"/> then reports the rest.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>Starts a command in a directory; its standard input is a pipe that stays open until <see cref="Wait"/>.</summary>
    public static RunningCommand Start(string directory, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        return new RunningCommand(Process.Start(start)!, $"{program} {string.Join(' ', arguments)}");
    }

    public void Kill(int signal) => Signal.Send(Pid, signal);

    /// <summary>Waits for the end, at most so long; a command that hangs is killed, and that is a failure.</summary>
    public Finished Wait(int seconds = 90)
    {
        _process.StandardInput.Close();
        _output ??= _process.StandardOutput.ReadToEndAsync();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            _process.Kill();
            Assert.Fail($"{_line}: still running after {seconds} seconds\n{_error.Result}");
        }

        // A restored process may have inherited the streams: nothing more is read then.
        Task.WaitAll([_output, _error], 2000);
        return new Finished(_line, _process.ExitCode, TextOf(_output), TextOf(_error));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static string TextOf(Task<string> text) => text.IsCompletedSuccessfully ? text.Result : "";
}
