using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CrStream.Engine;

/// <summary>The processor: the architecture, and the extended state that threads have.</summary>
internal static class ProcessorFeatures
{
    /// <summary>CPUID leaf 0xD, sub-leaf 0: EDX:EAX has the components that XCR0 may enable (Intel SDM 1, chapter 13).</summary>
    private const int ExtendedStateLeaf = 0xD;

    private static readonly (int Bit, string Name)[] Components = [(0, "x87"), (1, "sse"), (2, "avx"), (5, "avx512"), (9, "pkru"), (17, "amx")];

    /// <summary>Asks for all of them.</summary>
    public static IEnumerable<Feature> Examine()
    {
        var architecture = RuntimeInformation.ProcessArchitecture;
        yield return new("architecture", architecture == Architecture.X64, architecture.ToString().ToLowerInvariant(), "nothing works: only x86-64 is supported");
        if (X86Base.IsSupported)
        {
            var (eax, _, _, edx) = X86Base.CpuId(ExtendedStateLeaf, 0);
            var mask = (ulong)(uint)edx << 32 | (uint)eax;
            var names = Components.Where(component => (mask >> component.Bit & 1) != 0).Select(component => component.Name);
            yield return new("extended state", mask != 0, $"mask 0x{mask:x}: {string.Join(' ', names)}", "vector registers cannot be carried");
        }
    }
}
