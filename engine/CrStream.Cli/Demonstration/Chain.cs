using System.Globalization;

namespace CrStream.Cli;

/// <summary>What the demo's program must print, computed once more and beside it: see worker.pl.</summary>
internal sealed class Chain
{
    private const int TableLength = 1 << 20;

    private readonly long[] table = new long[TableLength];
    private long sum;

    public Chain()
    {
        var x = 1L;
        for (var i = 0; i < TableLength; i++)
        {
            table[i] = x = Next(x);
        }
    }

    /// <summary>How many lines have been computed.</summary>
    public int Count { get; private set; }

    /// <summary>The next line.</summary>
    public string NextLine()
    {
        Count++;
        sum ^= table[Count * 7919L & (TableLength - 1)];
        for (var number = 0; number < 4; number++)
        {
            sum ^= Part(Count, number);
        }

        sum = Next(sum);
        return string.Create(CultureInfo.InvariantCulture, $"count {Count} checksum {sum:x8}");
    }

    private static long Part(int count, int number)
    {
        var x = count * 4L + number;
        for (var i = 0; i < 5000; i++)
        {
            x = Next(x);
        }

        return x;
    }

    private static long Next(long x) => (x * 1103515245 + 12345) & 0x7fffffff;
}
