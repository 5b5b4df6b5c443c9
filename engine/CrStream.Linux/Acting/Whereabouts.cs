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
            var number = task.SystemCall().Number;
            var name = number is >= 0 ? Processor.Current.CallWith(number.Value) : null;
            if (state == 'D' && name is SystemCall.vfork or SystemCall.clone or SystemCall.clone3 && task.Children() is [.., var child])
            {
                return $"waiting until its vfork child {child} ({new ProcTask(child).Comm()}) executes a program or ends";
            }

            var call = number is >= 0 ? $" in system call {name?.ToString() ?? $"{number}"}" : "";
            return $"in state {state}{call}{(kernel.Length > 0 ? $", waiting in {kernel}" : "")}";
        }
        catch (KernelException gone)
        {
            return $"not to be looked at ({gone.Message})";
        }
    }
}
