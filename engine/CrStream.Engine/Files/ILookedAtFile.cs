using CrStream.Abstractions;

namespace CrStream.Engine.Files;

/// <summary>A file of the tree at which this process looks by a descriptor of its own, until the checkpoint ends.</summary>
internal interface ILookedAtFile : IDisposable
{
    /// <summary>What /proc says that it is.</summary>
    string Link { get; }

    /// <summary>The inode behind it.</summary>
    FileStatus Status { get; }

    /// <summary>The descriptor.</summary>
    int OwnDescriptor { get; }
}
