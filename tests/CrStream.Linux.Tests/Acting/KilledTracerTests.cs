using System.IO.MemoryMappedFiles;
using CrStream.Abstractions;
using CrStream.Linux.Acting;
using CrStream.Linux.Processes;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Tests.Acting;

/// <summary>
/// Kills the tracer at random instants. The target checks itself; here it is looked at whether it is held, changed, or
/// kept from going on, and whether the next tracer can take over and leaves nothing behind.
/// </summary>
public sealed class KilledTracerTests
{
    private const int Kills = 200;
    private const int KillsUntilTakeover = 7;

    // Busy, busy in wide registers, in restartable sequences, asleep in short sleeps, in poll, and in a signal handler.
    private static readonly int[] Working = [0, 1, 2, 3, 5, 120];

    private static readonly string Victim = Path.Combine(AppContext.BaseDirectory.Replace("CrStream.Linux.Tests", "CrStream.TracerVictim", StringComparison.Ordinal), "CrStream.TracerVictim");

    [Fact]
    public void Killing_the_tracer_at_any_instant_harms_nothing()
    {
        var random = new Random();
        using var target = new Target("mixed");
        target.GoesOn(Working);
        var maps = target.Maps();
        for (var kill = 1; kill <= Kills; kill++)
        {
            KillTracer(target, TimeSpan.FromMicroseconds(random.Next(6000)));
            target.IsNotHeld();
            target.GoesOn(Working);
            if (kill % KillsUntilTakeover == 0)
            {
                TakeOver(target);
                Assert.Equal(maps, target.Maps());
            }
        }

        TakeOver(target);
        Assert.Equal(maps, target.Maps());
        target.GoesOn(Working);
    }

    /// <summary>A task inside our code cannot leave it by itself while job control holds it.</summary>
    [Fact]
    public void The_next_tracer_takes_tasks_of_a_stopped_process_out()
    {
        var random = new Random();
        using var target = new Target("mixed");
        target.GoesOn(Working);
        var maps = target.Maps();
        Signals.Send(target.Pid, Signals.SIGSTOP);
        target.Until(() => target.Proc.Tids().All(tid => target.State(tid) == 'T'), "stop");
        for (var kill = 0; kill < 20; kill++)
        {
            KillTracer(target, TimeSpan.FromMicroseconds(random.Next(6000)));
            target.Until(() => target.Proc.Tids().All(tid => target.State(tid) == 'T'), "stay stopped");
        }

        TakeOver(target);
        Assert.Equal(maps, target.Maps());
        Signals.Send(target.Pid, 18);
        target.GoesOn(Working);
    }

    private static void TakeOver(Target target) => target.Frozen(process =>
    {
        foreach (var task in process.Tasks)
        {
            var program = new SyscallProgram();
            var tid = program.Call(SystemCall.gettid);
            Assert.Equal(task.Tid, task.Run(program)[tid]);
        }
    });

    private static void KillTracer(Target target, TimeSpan after)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[8]);
            using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
            using var rounds = file.CreateViewAccessor();
            var victim = Launch.Start(Victim, $"{target.Pid}", path);
            try
            {
                target.Until(() => rounds.ReadInt32(0) != 0, "let itself be frozen and thawed");
                var now = System.Diagnostics.Stopwatch.StartNew();
                while (now.Elapsed < after)
                {
                }

                Assert.Null(Waiting.For(victim, Deadline.In(TimeSpan.Zero)));
            }
            finally
            {
                Children.End(victim, Target.Patience);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
