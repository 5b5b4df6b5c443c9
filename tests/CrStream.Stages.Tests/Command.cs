using System.Diagnostics;

namespace CrStream.Stages.Tests;

/// <summary>Runs a real command over files in a directory of its own.</summary>
internal sealed class Command : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("crstream-stages-").FullName;

    public string Path(string name) => System.IO.Path.Join(directory, name);

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path(name), bytes);
        return Path(name);
    }

    public byte[] Read(string name) => File.ReadAllBytes(Path(name));

    public async Task<(int ExitCode, string Output)> TryRunAsync(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = directory };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync().WaitAsync(StageRun.Limit);
        await process.WaitForExitAsync().WaitAsync(StageRun.Limit);
        return (process.ExitCode, await output + error);
    }

    public async Task<string> RunAsync(string command, params string[] arguments)
    {
        var (code, output) = await TryRunAsync(command, arguments);
        Assert.True(code == 0, $"{command} {string.Join(' ', arguments)}: exit code {code}: {output}");
        return output;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
