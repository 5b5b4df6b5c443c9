namespace CrStream.Engine;

/// <summary>Something that the kernel or the caller's privileges allow, or not.</summary>
/// <param name="Name">What is asked for.</param>
/// <param name="Available">Whether it is there.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Without">What cannot be done where it is missing.</param>
public sealed record Feature(string Name, bool Available, string Detail, string Without);
