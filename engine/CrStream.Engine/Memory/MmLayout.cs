using CrStream.Abstractions;

namespace CrStream.Engine.Memory;

/// <summary>The addresses of <c>struct prctl_mm_map</c> (include/uapi/linux/prctl.h), of which /proc shows parts.</summary>
internal sealed record MmLayout(
    ulong StartCode, ulong EndCode, ulong StartData, ulong EndData, ulong StartBrk, ulong Brk, ulong StartStack,
    ulong ArgumentStart, ulong ArgumentEnd, ulong EnvironmentStart, ulong EnvironmentEnd)
{
    public ulong[] InOrder() =>
        [StartCode, EndCode, StartData, EndData, StartBrk, Brk, StartStack, ArgumentStart, ArgumentEnd, EnvironmentStart, EnvironmentEnd];

    public Fields ToFields() => new()
    {
        ["start_code"] = StartCode,
        ["end_code"] = EndCode,
        ["start_data"] = StartData,
        ["end_data"] = EndData,
        ["start_brk"] = StartBrk,
        ["brk"] = Brk,
        ["start_stack"] = StartStack,
        ["arg_start"] = ArgumentStart,
        ["arg_end"] = ArgumentEnd,
        ["env_start"] = EnvironmentStart,
        ["env_end"] = EnvironmentEnd,
    };

    public static MmLayout From(Fields fields) => new(
        fields.UInt64("start_code"), fields.UInt64("end_code"), fields.UInt64("start_data"), fields.UInt64("end_data"),
        fields.UInt64("start_brk"), fields.UInt64("brk"), fields.UInt64("start_stack"),
        fields.UInt64("arg_start"), fields.UInt64("arg_end"), fields.UInt64("env_start"), fields.UInt64("env_end"));
}
