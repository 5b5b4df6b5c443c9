namespace CrStream.Linux.Bpf;

/// <summary>
/// The registers of BPF: R0 is a function's result, R1 to R5 its arguments and lost by a call, R6 to R9 are kept, R10
/// is the end of the stack frame (Documentation/bpf/standardization/instruction-set.rst).
/// </summary>
internal enum BpfRegister
{
    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10,
}
