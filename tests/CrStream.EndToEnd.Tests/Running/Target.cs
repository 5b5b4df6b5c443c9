namespace CrStream.EndToEnd.Tests.Running;

/// <summary>
/// A process to checkpoint, with a directory of its own, started by tests/workloads/launch.c so that it is init's child and not ours:
/// System.Diagnostics.Process would reap it. It is killed at the end whatever happened, and whatever was restored from it too.
/// </summary>
internal sealed class Target : IDisposable
{
    private int _round;

    private Target(string directory) => Folder = directory;

    public int Pid { get; private set; }

    public string Folder { get; }

    public string Image => Path.Combine(Folder, "image.crs");

    public bool IsAlive => TaskState.IsAlive(Pid);

    /// <summary>Starts a workload and waits until it is ready.</summary>
    public static Target StartWorkload(string name, string? argument = null, int spoil = 0)
    {
        var target = new Target(NewDirectory(name));
        string[] arguments = argument is null ? [target.Folder] : [target.Folder, argument];
        target.Launch(spoil > 0 ? [$"WORKLOAD_SPOIL={spoil}"] : [], Path.Combine(Repository.Workloads, name), arguments);
        return target.WaitReady();
    }

    /// <summary>Starts a workload as the init of a pid namespace of its own.</summary>
    public static Target StartInit(string name)
    {
        var target = new Target(NewDirectory(name));
        var started = Tool.Run(target.Folder, Path.Combine(Repository.Workloads, "launch"), "--init", target.Folder, Path.Combine(Repository.Workloads, name), target.Folder);
        target.Pid = int.Parse(started.MustSucceed().Output);
        return target.WaitReady();
    }

    /// <summary>Starts a script that keeps to the workloads' protocol, with the directory as its first argument.</summary>
    public static Target StartScript(string interpreter, string script, params string[] arguments)
    {
        var target = new Target(NewDirectory(script));
        target.Launch([], interpreter, [Path.Combine(Repository.Programs, script), target.Folder, .. arguments]);
        return target.WaitReady();
    }

    /// <summary>Starts any program in a new directory that the caller may fill before.</summary>
    public static Target StartProgram(Action<string> fill, string program, params string[] arguments)
    {
        var target = new Target(NewDirectory(Path.GetFileName(program)));
        fill(target.Folder);
        target.Launch([], program, arguments);
        return target;
    }

    /// <summary>Starts a program that inherits the pipes of the command that is returned with it as its standard input and output.</summary>
    public static (Target Target, RunningCommand Streams) StartWithInheritedStreams(string program, params string[] arguments)
    {
        var target = new Target(NewDirectory(Path.GetFileName(program)));
        var launcher = RunningCommand.Start(target.Folder, Path.Combine(Repository.Workloads, "launch"), ["--inherit", target.Folder, program, .. arguments]);
        target.Pid = int.Parse(launcher.Output.ReadLine()!);
        return (target, launcher);
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Asks for the final verdict; the workload then ends.</summary>
    public string Verdict() => Ask("check", "verdict");

    /// <summary>Asks for a verdict after which the workload goes on.</summary>
    public string RoundVerdict() => Ask($"check.{++_round}", $"verdict.{_round}");

    public void MustBeOk() => Assert.Equal("OK", Verdict());

    public void MustBeOkAndGoOn() => Assert.Equal("OK", RoundVerdict());

    /// <summary>Goes on with a process that was restored under another pid.</summary>
    public void Follow(int pid) => Pid = pid;

    public void Kill()
    {
        foreach (var pid in TaskState.WorkingIn(Folder))
            Signal.Send(pid, Signal.SIGKILL);
        Patience.Until(() => TaskState.WorkingIn(Folder).Count == 0, 10);
    }

    public void Dispose()
    {
        Kill();
        Directory.Delete(Folder, true);
    }

    private static string NewDirectory(string name)
    {
        var directory = Directory.CreateTempSubdirectory($"crstream-test-{Environment.ProcessId}-{Path.GetFileNameWithoutExtension(name)}-").FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101); // a workload that drops to another user has to reach it
        return directory;
    }

    private void Launch(string[] environment, string program, params string[] arguments)
    {
        var started = Tool.Run(Folder, "/usr/bin/env", [.. environment, Path.Combine(Repository.Workloads, "launch"), Folder, program, .. arguments]);
        started.MustSucceed();
        Pid = int.Parse(started.Output);
    }

    private Target WaitReady()
    {
        var written = Patience.Until(() => File.Exists(PathOf("status")) || !IsAlive, 30);
        var status = File.Exists(PathOf("status")) ? File.ReadAllText(PathOf("status")).Trim() : "";
        if (written && status == "ready")
            return this;
        var error = $"{Folder}: not ready: {status} {File.ReadAllText(PathOf("stderr"))}";
        Dispose();
        throw new InvalidOperationException(error);
    }

    private string Ask(string question, string answer)
    {
        File.WriteAllText(PathOf(question), "");
        if (!Patience.Until(() => File.Exists(PathOf(answer)) || !IsAlive, 60) || !Patience.Until(() => File.Exists(PathOf(answer)), 0.1))
        {
            var state = IsAlive ? $"no answer; stopped threads: {string.Join(", ", TaskState.Stopped(Pid))}" : "the process is gone";
            return $"{state} {File.ReadAllText(PathOf("stderr"))}";
        }

        return File.ReadAllText(PathOf(answer)).Trim();
    }
}
