namespace CrStream.Engine.Memory;

/// <summary>Finds places in an address space that are to stay free of each other. Pure.</summary>
internal static class AddressSpacePlan
{
    /// <summary>The first address behind user space with four levels of page tables, which every process has at least.</summary>
    public const ulong End = 0x7FFF_FFFF_F000;

    // Above vm.mmap_min_addr and every NULL dereference.
    private const ulong Lowest = 0x1_0000;

    /// <summary>The lowest hole of a length among ranges.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static ulong FindHole(ulong length, IEnumerable<(ulong Start, ulong End)> taken)
    {
        var candidate = Lowest;
        foreach (var (start, end) in taken.Order())
        {
            if (start >= candidate && start - candidate >= length)
            {
                break;
            }

            candidate = Math.Max(candidate, end);
        }

        return candidate + length <= End ? candidate : throw new InvalidOperationException("the address space has no hole that is large enough");
    }

    /// <summary>What lies between ranges, from the first address to the last of user space.</summary>
    public static IEnumerable<(ulong Start, ulong End)> Between(IEnumerable<(ulong Start, ulong End)> kept)
    {
        var from = 0UL;
        foreach (var (start, end) in kept.Order().Append((End, End)))
        {
            if (start > from)
            {
                yield return (from, start);
            }

            from = Math.Max(from, end);
        }
    }
}
