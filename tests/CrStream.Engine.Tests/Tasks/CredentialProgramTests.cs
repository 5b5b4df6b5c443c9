using CrStream.Abstractions;
using CrStream.Engine.Tasks;

namespace CrStream.Engine.Tests.Tasks;

public sealed class CredentialProgramTests
{
    private static readonly CredentialState Root = new()
    {
        Uids = [0, 0, 0, 0],
        Gids = [0, 0, 0, 0],
        Groups = [],
        Capabilities = [0, 0xFF, 0xFF, 0xFF, 0],
        SecureBits = 0,
        NoNewPrivileges = false,
    };

    [Fact]
    public void Nothing_is_called_where_nothing_differs()
    {
        var program = new SyscallProgram();
        CredentialProgram.Append(program, Root with { Groups = [] }, Root);
        Assert.Empty(program.Entries);
    }

    [Fact]
    public void Rights_are_given_up_only_when_no_later_call_needs_them()
    {
        var program = new SyscallProgram();
        CredentialProgram.Append(program, Root with { Uids = [5, 5, 5, 5], Groups = [8], Capabilities = [0, 1, 1, 0x0F, 1], NoNewPrivileges = true }, Root);
        var calls = program.Entries.Select(entry => entry.Call).ToList();
        Assert.Equal(SystemCall.prctl, calls[0]);
        Assert.True(calls.IndexOf(SystemCall.setgroups) < calls.IndexOf(SystemCall.setresuid));
        Assert.True(calls.IndexOf(SystemCall.setresuid) < calls.IndexOf(SystemCall.capset));
        var drops = program.Entries.Index().Where(entry => entry.Item.Call == SystemCall.prctl && entry.Item.Arguments[0].Number == 24).ToArray();
        Assert.Equal([4L, 5, 6, 7], drops.Select(drop => drop.Item.Arguments[1].Number));
        Assert.All(drops, drop => Assert.True(drop.Index < calls.IndexOf(SystemCall.capset)));
        Assert.Equal(38, program.Entries[^1].Arguments[0].Number);
    }

    [Fact]
    public void Credentials_are_written_and_read_alike()
    {
        var state = Root with { Uids = [1, 2, 3, 4], Groups = [9, 10], SecureBits = 5, NoNewPrivileges = true };
        var read = CredentialState.From(state.ToFields());
        Assert.Equal(state.ToFields(), read.ToFields());
    }
}
