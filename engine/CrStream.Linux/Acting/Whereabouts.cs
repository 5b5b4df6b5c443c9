using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Acting;

/// <summary>Tells for an error where a task is that does not do what is expected of it.</summary>
internal static class Whereabouts
{
    /// <summary>Its state, its system call, and the kernel function it waits in.</summary>
    public static string Of(ProcTask task)
    {
        try
        {
            var state = task.Stat().State;
            var kernel = task.WaitChannel();
            var call = task.SystemCall().Number is { } number and >= 0
                ? $" in system call {(Processor.Current.CallWith(number) is { } name ? name.ToString() : number)}" : "";
            return $"in state {state}{call}{(kernel.Length > 0 ? $", waiting in {kernel}" : "")}";
        }
        catch (KernelException gone)
        {
            return $"not to be looked at ({gone.Message})";
        }
    }
}
