using CrStream.Abstractions;

namespace CrStream.Engine.FileSystem;

/// <summary>A task's file system information (<c>struct fs_struct</c>).</summary>
/// <param name="WorkingDirectory">The path of the current directory, from the caller's root.</param>
/// <param name="Root">The path of the root directory, from the caller's root.</param>
/// <param name="Umask">The file mode creation mask.</param>
internal sealed record FsState(string WorkingDirectory, string Root, uint Umask)
{
    public Fields ToFields() => new()
    {
        ["cwd"] = WorkingDirectory,
        ["root"] = Root,
        ["umask"] = Umask,
    };

    public static FsState From(Fields fields) => new(Absolute(fields, "cwd"), Absolute(fields, "root"), fields.UInt32("umask"));

    /// <summary>Sets it inside a task whose root is the caller's.</summary>
    public void AppendTo(SyscallProgram program)
    {
        // The working directory is opened while paths still mean the caller's, and entered when the root is set.
        const int O_PATH_DIRECTORY_CLOEXEC = 0x200000 | 0x10000 | 0x80000;
        const int AT_FDCWD = -100;
        var directory = program.Call(SystemCall.openat, AT_FDCWD, program.Store(WorkingDirectory), O_PATH_DIRECTORY_CLOEXEC);
        if (Root != "/")
        {
            program.Call(SystemCall.chroot, program.Store(Root));
        }

        program.Call(SystemCall.fchdir, directory);
        program.Call(SystemCall.close, directory);
        program.Call(SystemCall.umask, Umask);
    }

    private static string Absolute(Fields fields, string key) => fields.Text(key) is var path && path.StartsWith('/') ? path : throw new FieldException(key, "is no absolute path");
}
