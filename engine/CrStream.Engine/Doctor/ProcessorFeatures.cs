using CrStream.Linux.Architectures;

namespace CrStream.Engine;

/// <summary>The processor: the architecture, and the extended state that threads have.</summary>
internal static class ProcessorFeatures
{
    /// <summary>Asks for all of them.</summary>
    public static IEnumerable<Feature> Examine()
    {
        var processor = Processor.Current;
        var mask = processor.ExtendedStateMask;
        yield return new("architecture", true, processor.Name, "nothing works");
        yield return new("extended state", mask != 0, $"mask 0x{mask:x}: {processor.NamesOfExtendedState(mask)}", "vector registers cannot be carried");
    }
}
