using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>Waits for what the demo's program does by itself.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Waits until something holds.</summary>
    /// <exception cref="RestoreException">It took more than 30 seconds.</exception>
    public static async Task UntilAsync(Func<bool> holds, string what, CancellationToken cancellation)
    {
        var end = DateTime.UtcNow + Limit;
        while (!holds())
        {
            if (DateTime.UtcNow > end)
            {
                throw new RestoreException($"waited {Limit.TotalSeconds:0} seconds in vain for {what}");
            }

            await Task.Delay(20, cancellation);
        }
    }
}
