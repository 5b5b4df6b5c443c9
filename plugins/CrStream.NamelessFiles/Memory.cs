using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>Makes files in memory (memfd_create(2)).</summary>
internal static class Memory
{
    private const uint MFD_CLOEXEC = 1;
    private const int LongestName = 249;

    internal static SafeFileHandle Create(string name, uint flags, IKernel kernel)
    {
        var program = new SyscallProgram();
        var made = program.Call(SystemCall.memfd_create, program.Store(name.Length <= LongestName ? name : name[..LongestName]), flags | MFD_CLOEXEC);
        return new((nint)kernel.Run(program)[made], ownsHandle: true);
    }
}
