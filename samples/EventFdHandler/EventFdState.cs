using System.Globalization;
using CrStream.Abstractions;

namespace Samples.EventFd;

/// <summary>All that an event counter is.</summary>
/// <param name="Count">Its value.</param>
/// <param name="IsSemaphore">A read takes 1 instead of all (EFD_SEMAPHORE).</param>
internal sealed record EventFdState(ulong Count, bool IsSemaphore)
{
    /// <summary>Reads the last lines of /proc/PID/fdinfo/N (proc(5); the count is hexadecimal, see fs/eventfd.c).</summary>
    internal static EventFdState Parse(string fdInfo)
    {
        ulong? count = null;
        var semaphore = false;
        foreach (var line in fdInfo.Split('\n'))
        {
            if (line.Split(':') is not [var key, var value])
            {
                continue;
            }

            switch (key)
            {
                case "eventfd-count":
                    count = ulong.Parse(value.AsSpan().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    break;
                case "eventfd-semaphore":
                    semaphore = value.Trim() == "1";
                    break;
            }
        }

        return count is { } found ? new(found, semaphore) : throw new CheckpointException("the kernel's fdinfo of an eventfd has no eventfd-count");
    }

    internal Fields Write() => new() { ["count"] = Count, ["semaphore"] = IsSemaphore };

    internal static EventFdState Read(Fields fields) => new(fields.UInt64("count"), fields.Boolean("semaphore"));
}
