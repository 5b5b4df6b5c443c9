using System.Reflection;
using CrStream.Linux.Ptrace;
using CrStream.Linux.Tests.Architectures;

namespace CrStream.Linux.Tests.Ptrace;

/// <summary>The numbers of ptrace(2) against the headers.</summary>
public sealed class PtraceGoldenTests
{
    private const string Head =
        """
        #include <sys/ptrace.h>
        #include <sys/wait.h>
        #include <linux/ptrace.h>
        #include <linux/rseq.h>
        #include <elf.h>
        #include <signal.h>
        #ifndef PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG /* since Linux 6.4 */
        #define PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG 0x4211
        #endif
        """;

    [Fact]
    public void Requests_have_the_numbers_of_the_header()
    {
        var constants = typeof(PtraceRequest).GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.NonPublic)
            .ToDictionary(field => field.Name, field => Convert.ToInt64(field.GetRawConstantValue()));
        Assert.NotEmpty(constants);
        Assert.Equal(HeaderGolden.Of(Head, constants.Keys.Select(name => (name, name))), constants);
    }

    [Fact]
    public void Structures_and_flags_are_those_of_the_header()
    {
        var golden = HeaderGolden.Of(
            Head,
            [
                ("siginfo", "sizeof(siginfo_t)"), ("rseq_cs", "offsetof(struct rseq, rseq_cs)"), ("WNOHANG", "WNOHANG"), ("WALL", "__WALL"),
                ("TraceSysGood", "PTRACE_O_TRACESYSGOOD"), ("TraceFork", "PTRACE_O_TRACEFORK"), ("TraceVfork", "PTRACE_O_TRACEVFORK"),
                ("TraceClone", "PTRACE_O_TRACECLONE"), ("ExitKill", "PTRACE_O_EXITKILL"), ("SuspendSeccomp", "PTRACE_O_SUSPEND_SECCOMP"), ("None", "0"),
            ]);
        Assert.Equal(TracedTask.SiginfoLength, golden["siginfo"]);
        Assert.Equal(RestartableSequences.CriticalSectionOffset, golden["rseq_cs"]);
        Assert.Equal((golden["WNOHANG"], golden["WALL"]), (PtraceNative.WNOHANG, PtraceNative.__WALL));
        Assert.All(Enum.GetValues<PtraceOptions>(), option => Assert.Equal(golden[$"{option}"], (long)option));
    }

    /// <summary>waitpid(2) and ptrace(2).</summary>
    [Theory]
    [InlineData(0x0000, "exit 0")]
    [InlineData(0x2A00, "exit 42")]
    [InlineData(0x0009, "exit 137")]
    [InlineData(0x008B, "exit 139")] // with a core dump
    [InlineData(0x137F, "signal 19")]
    [InlineData(0x0B7F, "signal 11")]
    [InlineData(0x857F, "call")]
    [InlineData(0x80057F, "event")]
    [InlineData(0x80137F, "group 19")]
    [InlineData(0x80147F, "group 20")]
    [InlineData(0x3057F, "other 3")]
    public void Statuses_are_decoded(int status, string meaning)
    {
        var stop = new TaskStop(status);
        var found = stop switch
        {
            { Stopped: false } => $"exit {stop.ExitCode}",
            { IsSystemCall: true } => "call",
            { IsGroupStop: true } => $"group {stop.Signal}",
            { IsEventStop: true } => "event",
            { IsSignalDelivery: true } => $"signal {stop.Signal}",
            _ => $"other {stop.Event}",
        };
        Assert.Equal(meaning, found);
        Assert.Equal((status & 0x7F) is not (0 or 0x7F), stop.Killed);
    }
}
