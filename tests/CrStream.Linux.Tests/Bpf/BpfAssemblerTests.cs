using CrStream.Linux.Bpf;
using static CrStream.Linux.Bpf.BpfRegister;

namespace CrStream.Linux.Tests.Bpf;

/// <summary>The expected numbers are what clang's assembler makes of the same instructions, as little-endian words.</summary>
public sealed class BpfAssemblerTests
{
    [Fact]
    public void Moves_and_arithmetic() => Assert.Equal(
        [0x0000_0000_0000_16bf, 0xffff_ffff_0000_00b7, 0x0000_0000_0000_310f, 0xffff_fff8_0000_0207, 0x0000_0010_0000_0327],
        new BpfAssembler().Move(R6, R1).Move(R0, -1).Add(R1, R3).Add(R2, -8).Multiply(R3, 16).Assemble());

    [Fact]
    public void Loads_and_stores() => Assert.Equal(
        [0x0000_0000_0008_6779, 0x0000_0000_0010_7161, 0x0000_0000_fff8_1a7b, 0x0a73_7025_fff0_0a7a],
        new BpfAssembler().Load64(R7, R6, 8).Load32(R1, R7, 16).Store64(R10, -8, R1).Store64(R10, -16, 0x0a73_7025).Assemble());

    [Fact]
    public void A_jump_counts_from_the_next_instruction_to_a_label_before_or_behind_it() => Assert.Equal(
        [0x0000_0000_0002_0715, 0x0000_007f_0000_0085, 0x0000_0001_fffd_0015, 0x0000_0000_0000_0095],
        new BpfAssembler()
            .Label("start")
            .JumpIfEqual(R7, 0, "end")
            .Call(BpfFunction.SeqWrite)
            .JumpIfEqual(R0, 1, "start")
            .Label("end")
            .Exit()
            .Assemble());

    [Fact]
    public void An_offset_of_more_than_16_bits_is_refused() =>
        Assert.Throws<OverflowException>(() => new BpfAssembler().Load64(R1, R2, 32768));

    [Fact]
    public void A_jump_to_nowhere_is_refused() =>
        Assert.Throws<KeyNotFoundException>(() => new BpfAssembler().JumpIfEqual(R1, 0, "nowhere").Assemble());
}
