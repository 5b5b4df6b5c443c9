using Microsoft.Win32.SafeHandles;

namespace CrStream.Abstractions;

/// <summary>Single system calls of this process, by <see cref="IKernel.Run"/>.</summary>
public static class KernelCalls
{
    /// <summary>Makes a call; its result.</summary>
    /// <exception cref="KernelException">It failed.</exception>
    public static long Call(this IKernel kernel, SystemCall call, params ReadOnlySpan<SyscallArgument> arguments)
    {
        var program = new SyscallProgram();
        var result = program.Call(call, arguments);
        return kernel.Run(program)[result];
    }

    /// <summary>Makes a call whose result is a new descriptor. Its flags must say that it is closed on exec.</summary>
    /// <exception cref="KernelException">It failed.</exception>
    public static SafeFileHandle Create(this IKernel kernel, SystemCall call, params ReadOnlySpan<SyscallArgument> arguments) =>
        new((nint)kernel.Call(call, arguments), ownsHandle: true);

    /// <summary>The number of a descriptor of this process: an argument for its own programs, as long as it is open.</summary>
    public static int Number(this SafeFileHandle file) => (int)file.DangerousGetHandle();
}
