using CrStream.Abstractions;

namespace CrStream.Linux.Acting.Relayed;

/// <summary>
/// A tracee stands where it cannot be brought back to, but where its tracer, as soon as it runs, will not leave it for
/// long: worth another try.
/// </summary>
internal sealed class PassingStopException(DeniedException denied) : CheckpointException(denied.Message, denied.Hint, denied);
