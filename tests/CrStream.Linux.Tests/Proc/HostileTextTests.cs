using CrStream.Linux.Proc;
using CsCheck;

namespace CrStream.Linux.Tests.Proc;

public sealed class HostileTextTests
{
    public static TheoryData<string> Files => new("stat", "status", "maps", "smaps", "limits", "timers", "fdinfo", "syscall", "auxv");

    [Theory]
    [MemberData(nameof(Files))]
    public void Damaged_text_is_read_or_refused_by_the_one_exception(string file)
    {
        byte[] sample = file switch
        {
            "fdinfo" => [.. "pos:\t0\nflags:\t02102002\nmnt_id:\t27\nino:\t11657513\nlock:\t1: x\n"u8],
            "syscall" => [.. "34 0x0 0x0 0x2 0x7efdb60d6fa0 0x0 0x64 0x7ffdbd4804e0 0x7efdb6190df2\n"u8],
            "auxv" => [.. Enumerable.Repeat((byte)1, 32), .. new byte[16]],
            _ => Samples.Read(file),
        };

        Gen.Select(Gen.Int[0, sample.Length - 1], Gen.Byte, Gen.Int[0, sample.Length], Gen.Bool).Sample(
            (place, value, length, cut) =>
            {
                var damaged = sample.ToArray();
                damaged[place] = value;
                try
                {
                    Parse(file, cut ? damaged.AsSpan(0, length) : damaged);
                }
                catch (ProcFormatException error)
                {
                    Assert.Equal(file, error.File);
                }
            },
            iter: 3000,
            threads: 1);
    }

    private static object Parse(string file, ReadOnlySpan<byte> text) => file switch
    {
        "stat" => ProcStat.Parse(text),
        "status" => ProcStatus.Parse(text),
        "maps" => MapsText.Parse(text),
        "smaps" => SmapsText.Parse(text),
        "limits" => ResourceLimits.Parse(text),
        "timers" => PosixTimer.Parse(text),
        "fdinfo" => FdInfo.Parse(text),
        "syscall" => TaskSystemCall.Parse(text),
        _ => AuxiliaryVector.Parse(text),
    };
}
