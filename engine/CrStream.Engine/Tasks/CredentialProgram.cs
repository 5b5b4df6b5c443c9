using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Engine.Tasks;

/// <summary>
/// Gives a task its credentials. It still has the restorer's own, and each step may take away the right to do a later
/// one; hence the order: groups, ids with capabilities kept, bounding set, securebits, the sets, ambient ones, and no
/// new privileges last.
/// </summary>
internal static class CredentialProgram
{
    private const int PR_CAPBSET_DROP = 24;
    private const int PR_SET_SECUREBITS = 28;
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int PR_CAP_AMBIENT = 47;
    private const int PR_CAP_AMBIENT_RAISE = 2;
    private const int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    // Keep all capabilities when the user id leaves 0.
    private const uint SECBIT_NO_SETUID_FIXUP = 1 << 2;
    private const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    /// <param name="program">Appended to.</param>
    /// <param name="wanted">What the task is to have.</param>
    /// <param name="own">What it has: the restorer's.</param>
    public static void Append(SyscallProgram program, CredentialState wanted, CredentialState own)
    {
        if (Same(wanted, own))
        {
            return;
        }

        program.Call(SystemCall.prctl, PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0);
        program.Call(SystemCall.setgroups, wanted.Groups.Count, program.Store(Numbers(wanted.Groups)));
        program.Call(SystemCall.setresgid, wanted.Gids[0], wanted.Gids[1], wanted.Gids[2]);
        program.Call(SystemCall.setfsgid, wanted.Gids[3]);
        program.Call(SystemCall.setresuid, wanted.Uids[0], wanted.Uids[1], wanted.Uids[2]);
        program.Call(SystemCall.setfsuid, wanted.Uids[3]);
        var dropped = own.Capabilities[CredentialState.Bounding] & ~wanted.Capabilities[CredentialState.Bounding];
        for (var capability = 0; capability < 64; capability++)
        {
            if ((dropped >> capability & 1) != 0)
            {
                program.Call(SystemCall.prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
            }
        }

        program.Call(SystemCall.prctl, PR_SET_SECUREBITS, wanted.SecureBits, 0, 0, 0);
        program.Call(SystemCall.prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        program.Call(SystemCall.capset, program.Store(CapabilityHeader()), program.Store(CapabilityData(wanted)));
        for (var capability = 0; capability < 64; capability++)
        {
            if ((wanted.Capabilities[CredentialState.Ambient] >> capability & 1) != 0)
            {
                program.Call(SystemCall.prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
            }
        }

        if (wanted.NoNewPrivileges)
        {
            program.Call(SystemCall.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        }
    }

    private static bool Same(CredentialState one, CredentialState other) =>
        one.Uids.SequenceEqual(other.Uids) && one.Gids.SequenceEqual(other.Gids) && one.Groups.SequenceEqual(other.Groups)
        && one.Capabilities.SequenceEqual(other.Capabilities) && one.SecureBits == other.SecureBits && one.NoNewPrivileges == other.NoNewPrivileges;

    private static byte[] Numbers(IReadOnlyList<uint> numbers)
    {
        var bytes = new byte[4 * numbers.Count];
        for (var i = 0; i < numbers.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), numbers[i]);
        }

        return bytes;
    }

    private static byte[] CapabilityHeader() => Numbers([_LINUX_CAPABILITY_VERSION_3, 0]);

    // Two structures of effective, permitted, inheritable: the lower 32 capabilities, then the upper ones.
    private static byte[] CapabilityData(CredentialState wanted)
    {
        var (inheritable, permitted, effective) = (wanted.Capabilities[CredentialState.Inheritable], wanted.Capabilities[CredentialState.Permitted], wanted.Capabilities[CredentialState.Effective]);
        return Numbers([(uint)effective, (uint)permitted, (uint)inheritable, (uint)(effective >> 32), (uint)(permitted >> 32), (uint)(inheritable >> 32)]);
    }
}
