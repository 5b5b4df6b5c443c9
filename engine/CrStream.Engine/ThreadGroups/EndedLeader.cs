using CrStream.Abstractions;
using CrStream.Engine.Tasks;
using CrStream.Linux.Acting;
using CrStream.Linux.Proc;

namespace CrStream.Engine.ThreadGroups;

/// <summary>What is left of a thread group's leader that has ended while other threads go on: a zombie that nobody can wait for yet.</summary>
/// <param name="ExitCode">With which it ended, 0 to 255.</param>
/// <param name="Name">Its name, which is the process's for most programs that list processes.</param>
/// <param name="Credentials">Its credentials, which say who may send the process signals.</param>
internal sealed record EndedLeader(int ExitCode, ReadOnlyMemory<byte> Name, CredentialState Credentials)
{
    private const int PR_SET_NAME = 15;

    /// <summary>Reads it from /proc.</summary>
    /// <param name="process">Its process.</param>
    /// <param name="secureBits">Its securebits, which /proc does not tell.</param>
    public static EndedLeader? Collect(FrozenProcess process, uint secureBits)
    {
        if (!process.HasEndedLeader)
        {
            return null;
        }

        var proc = new ProcTask(process.Pid);
        return new((proc.Stat().ExitCode >> 8) & 0xFF, proc.Comm().Bytes.ToArray(), CredentialState.From(proc.Status(), secureBits));
    }

    public Fields ToFields() => new()
    {
        ["exit_code"] = ExitCode,
        ["name"] = Value.Bytes(Name),
        ["credentials"] = Credentials.ToFields(),
    };

    public static EndedLeader From(Fields fields) => new(fields.Int32("exit_code"), fields.Bytes("name"), CredentialState.From(fields.Map("credentials")));

    /// <summary>Gives a leader that lives name and credentials.</summary>
    /// <param name="leader">The leader.</param>
    /// <param name="own">What it has from the restorer.</param>
    public void Restore(FrozenTask leader, CredentialState own)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.prctl, PR_SET_NAME, program.Store([.. Name.Span, 0]), 0, 0, 0);
        CredentialProgram.Append(program, Credentials, own);
        leader.Run(program);
    }
}
