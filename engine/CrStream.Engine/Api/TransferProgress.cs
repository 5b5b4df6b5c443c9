namespace CrStream.Engine;

/// <summary>How far a checkpoint, a restore or a verification is.</summary>
/// <param name="Phase">What is going on: <c>freeze</c>, <c>collect</c>, <c>verify</c>, <c>write</c>, <c>read</c>, <c>resume</c>.</param>
/// <param name="Bytes">Bytes of the bare image so far.</param>
/// <param name="ExpectedBytes">How many there will be, 0 when not known.</param>
public readonly record struct TransferProgress(string Phase, long Bytes, long ExpectedBytes);
