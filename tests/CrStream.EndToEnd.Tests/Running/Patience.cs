using System.Diagnostics;

namespace CrStream.EndToEnd.Tests.Running;

internal static class Patience
{
    /// <summary>Waits until something holds; false if it does not within the time.</summary>
    public static bool Until(Func<bool> holds, double seconds, int pauseMilliseconds = 5)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
                return false;
            Thread.Sleep(pauseMilliseconds);
        }

        return true;
    }
}
