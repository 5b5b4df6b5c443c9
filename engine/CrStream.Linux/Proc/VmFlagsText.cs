namespace CrStream.Linux.Proc;

/// <summary>The two letters of each flag on the VmFlags line.</summary>
public static class VmFlagsText
{
    /// <summary>The letters in the order of the bits of <see cref="VmFlags"/>.</summary>
    private static ReadOnlySpan<byte> Mnemonics =>
        "rdwrexshmrmwmemsgdpfloiosrrrdcdeacnrhtsfarwfddsdmmhgnhmgbtmtumuwuisssllfdpgu"u8;

    /// <summary>The flag of two letters; <see cref="VmFlags.None"/> for letters that are not known.</summary>
    public static VmFlags Find(ReadOnlySpan<byte> letters)
    {
        if (letters.Length == 2)
        {
            for (var i = 0; i < Mnemonics.Length; i += 2)
            {
                if (Mnemonics.Slice(i, 2).SequenceEqual(letters))
                {
                    return (VmFlags)(1ul << (i / 2));
                }
            }
        }

        return VmFlags.None;
    }
}
