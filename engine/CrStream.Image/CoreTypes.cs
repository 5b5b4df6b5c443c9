using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>
/// The object types that the format itself fixes, with their numbers on the wire. Their names have no dot, so they
/// never clash with a declared one. A number is never reused or changed.
/// </summary>
public static class CoreTypes
{
    /// <summary>The number of a type declaration.</summary>
    public const uint TypeDeclarationNumber = 1;

    /// <summary>The number of an object with raw pages.</summary>
    public const uint PagesNumber = 2;

    /// <summary>The number of an object with raw data.</summary>
    public const uint DataNumber = 3;

    /// <summary>The lowest number of a declared type; core types are below.</summary>
    public const uint FirstDeclaredNumber = 0x10000;

    /// <summary>The number of the terminator.</summary>
    public const uint TerminatorNumber = 0xFFFF_FFFF;

    /// <summary>Binds a number to a declared type.</summary>
    public static ObjectType TypeDeclaration { get; } = new("type-declaration");

    /// <summary>Raw pages of an mm or a shared-memory object.</summary>
    public static ObjectType Pages { get; } = new("pages");

    /// <summary>Raw contents of any object.</summary>
    public static ObjectType Data { get; } = new("data");

    /// <summary>The task tree: which tasks there are.</summary>
    public static ObjectType Tree { get; } = new("tree");

    /// <summary>An open file description.</summary>
    public static ObjectType File { get; } = new("file");

    /// <summary>An address space.</summary>
    public static ObjectType Mm { get; } = new("mm");

    /// <summary>A descriptor table.</summary>
    public static ObjectType Files { get; } = new("files");

    /// <summary>Working directory, root and umask.</summary>
    public static ObjectType Fs { get; } = new("fs");

    /// <summary>Signal actions.</summary>
    public static ObjectType Sighand { get; } = new("sighand");

    /// <summary>What the threads of a process share.</summary>
    public static ObjectType ThreadGroup { get; } = new("thread-group");

    /// <summary>A thread.</summary>
    public static ObjectType Task { get; } = new("task");

    /// <summary>A namespace of the tree's own.</summary>
    public static ObjectType Namespace { get; } = new("namespace");

    /// <summary>The image's end.</summary>
    public static ObjectType Terminator { get; } = new("terminator");

    // Static initializers run in textual order, so the tables stand behind what they hold.
    private static readonly Dictionary<uint, ObjectType> ByNumber = new()
    {
        [TypeDeclarationNumber] = TypeDeclaration,
        [PagesNumber] = Pages,
        [DataNumber] = Data,
        [0x10] = Tree,
        [0x11] = File,
        [0x12] = Mm,
        [0x13] = Files,
        [0x14] = Fs,
        [0x15] = Sighand,
        [0x16] = ThreadGroup,
        [0x17] = Task,
        [0x18] = Namespace,
        [TerminatorNumber] = Terminator,
    };

    private static readonly Dictionary<ObjectType, uint> ByType = ByNumber.ToDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>All core types by number.</summary>
    public static IReadOnlyDictionary<uint, ObjectType> All => ByNumber;

    /// <summary>The core type with a number, or null.</summary>
    public static ObjectType? Find(uint number) => ByNumber.GetValueOrDefault(number);

    /// <summary>The number of a core type, or null for a type that has to be declared.</summary>
    public static uint? NumberOf(ObjectType type) => ByType.TryGetValue(type, out var number) ? number : null;

    /// <summary>True for the types that the envelope itself is made of.</summary>
    internal static bool IsEnvelope(uint number) =>
        number is TypeDeclarationNumber or PagesNumber or DataNumber or TerminatorNumber;
}
