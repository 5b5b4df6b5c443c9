using System.Runtime.Intrinsics.X86;

namespace CrStream.Linux.Architectures.X64;

/// <summary>The state that XSAVE saves (Intel SDM volume 1, chapter 13).</summary>
internal static class X64ExtendedState
{
    /// <summary>CPUID leaf 0xD, sub-leaf 0: EDX:EAX has the components that XCR0 may enable.</summary>
    private const int ExtendedStateLeaf = 0xD;

    private static readonly (int Bit, string Name)[] Components = [(0, "x87"), (1, "sse"), (2, "avx"), (5, "avx512"), (9, "pkru"), (17, "amx")];

    public static ulong Mask { get; } = Read();

    public static string Names(ulong mask) => string.Join(' ', Components.Where(component => (mask >> component.Bit & 1) != 0).Select(component => component.Name));

    private static ulong Read()
    {
        var (eax, _, _, edx) = X86Base.CpuId(ExtendedStateLeaf, 0);
        return ((ulong)(uint)edx << 32) | (uint)eax;
    }
}
