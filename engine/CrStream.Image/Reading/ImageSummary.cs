using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>What a whole, verified image has.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Types">What it has of each type, by ascending number; the terminator is not among them.</param>
/// <param name="Objects">How many objects it has, without the terminator.</param>
/// <param name="Bytes">Its length, header and terminator included.</param>
/// <param name="Pages">How many pages it has, of the header's page size.</param>
/// <param name="DataBytes">How many bytes of raw data it has.</param>
public sealed record ImageSummary(ImageHeader Header, IReadOnlyList<TypeSummary> Types, ulong Objects, ulong Bytes, ulong Pages, ulong DataBytes);

/// <summary>What an image has of one type.</summary>
/// <param name="Number">The type's number in this image.</param>
/// <param name="Type">The type.</param>
/// <param name="Objects">How many objects.</param>
/// <param name="Bytes">Their bytes, heads included.</param>
public sealed record TypeSummary(uint Number, ObjectType Type, ulong Objects, ulong Bytes);
