using System.Buffers.Binary;
using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>Makes System V objects under the ids that they had.</summary>
internal static class SysvMaking
{
    private const int IPC_CREAT = 0x200;
    private const int IPC_EXCL = 0x400;
    private const int Attempts = 5;

    /// <summary>Where struct ipc64_perm has owner, group and mode (include/uapi/asm-generic/ipcbuf.h).</summary>
    private const int UidOffset = 4;
    private const int ModeOffset = 20;

    /// <summary>The length of the longest of shmid64_ds, semid64_ds and msqid64_ds.</summary>
    private const int StatusLength = 128;

    /// <summary>Makes an object.</summary>
    /// <param name="kind">Which kind.</param>
    /// <param name="identity">What it is to be.</param>
    /// <param name="kernel">Makes it.</param>
    /// <param name="append">Appends the call that makes it, from the key and the flags.</param>
    /// <exception cref="RestoreException">Its id or key is taken.</exception>
    internal static void Make(SysvKind kind, SysvIdentity identity, IKernel kernel, Func<SyscallProgram, int, int, SyscallResult> append)
    {
        RemoveLeftOver(kind, identity, kernel);
        for (var attempt = 1; ; attempt++)
        {
            File.WriteAllText(kind.NextId, identity.Id.ToString(CultureInfo.InvariantCulture));
            var made = Create(identity, kernel, append);
            if (made < 0)
            {
                throw new RestoreException(
                    $"the {kind.Word} {identity.Id} (key 0x{identity.Key:x}) cannot be made: {ErrorNumber.Describe((int)-made)}",
                    made == -ErrorNumber.EEXIST ? "another one has its key: ipcs lists them, ipcrm removes them" : null);
            }

            if (made == identity.Id)
            {
                return;
            }

            // Somebody else made an object in between, and got the id that was asked for.
            Remove(kind, made, kernel);
            if (attempt == Attempts)
            {
                throw new RestoreException($"the {kind.Word} cannot have its id {identity.Id}: it came out as {made}", "other programs make such objects all the time: try again when they do not");
            }
        }
    }

    /// <summary>Sets owner and permissions, and whatever else the kind's status has.</summary>
    internal static void Set(SysvKind kind, SysvIdentity identity, IKernel kernel, Action<byte[]>? more = null)
    {
        var status = Status(kind, identity.Id, kernel);
        BinaryPrimitives.WriteUInt32LittleEndian(status.AsSpan(UidOffset), identity.Uid);
        BinaryPrimitives.WriteUInt32LittleEndian(status.AsSpan(UidOffset + 4), identity.Gid);
        BinaryPrimitives.WriteUInt32LittleEndian(status.AsSpan(ModeOffset), (uint)identity.Mode);
        more?.Invoke(status);
        var program = new SyscallProgram();
        kind.AppendControl(program, identity.Id, SysvKind.IPC_SET, program.Store(status));
        kernel.Run(program);
    }

    /// <summary>The kind's status structure (IPC_STAT).</summary>
    internal static byte[] Status(SysvKind kind, int id, IKernel kernel)
    {
        var program = new SyscallProgram();
        var status = program.Reserve(StatusLength);
        kind.AppendControl(program, id, SysvKind.IPC_STAT, status);
        return kernel.Run(program)[status].ToArray();
    }

    internal static void Remove(SysvKind kind, long id, IKernel kernel)
    {
        var program = new SyscallProgram();
        kind.AppendControl(program, id, SysvKind.IPC_RMID, 0);
        kernel.Run(program);
    }

    /// <summary>
    /// These objects outlive their processes, so the very one that is in the image may still be there: it gives way to
    /// what the image says. Another one under its id does not.
    /// </summary>
    private static void RemoveLeftOver(SysvKind kind, SysvIdentity identity, IKernel kernel)
    {
        if (kind.Rows().FirstOrDefault(row => row.Id == identity.Id) is not { } found)
        {
            return;
        }

        if (!identity.IsSame(found))
        {
            throw new RestoreException($"the id {identity.Id} is taken by another {kind.Word}, with the key 0x{found.Key:x}", kind.RemoveHint(found.Id));
        }

        if (kind == SysvKind.Segment && found["nattch"] > 0)
        {
            throw new RestoreException($"the {kind.Word} {identity.Id} is in use by {found["nattch"]} others", "end the processes that have it attached");
        }

        Remove(kind, found.Id, kernel);
    }

    /// <summary>The maker is noted for ever, so this thread takes his ids for a moment (the calls of a program change one thread only).</summary>
    private static long Create(SysvIdentity identity, IKernel kernel, Func<SyscallProgram, int, int, SyscallResult> append)
    {
        var program = new SyscallProgram();
        if (identity.CreatorUid != 0 || identity.CreatorGid != 0)
        {
            program.Try(SystemCall.setresgid, -1, identity.CreatorGid, -1);
            program.Try(SystemCall.setresuid, -1, identity.CreatorUid, -1);
        }

        var made = append(program, identity.Key, identity.Mode | IPC_CREAT | IPC_EXCL);
        if (identity.CreatorUid != 0 || identity.CreatorGid != 0)
        {
            program.Try(SystemCall.setresuid, -1, 0, -1);
            program.Try(SystemCall.setresgid, -1, 0, -1);
        }

        return kernel.Run(program)[made];
    }
}
