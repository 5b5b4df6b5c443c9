using CrStream.Abstractions;

namespace CrStream.EventFiles;

/// <summary>Why files of this family are not carried that no handler claims.</summary>
internal static class Denials
{
    /// <summary>By the link that the kernel has for such a file; null for all others.</summary>
    internal static Denial? Of(string link) => link switch
    {
        "anon_inode:[userfaultfd]" => new("is a userfaultfd: page faults of the program wait for whoever reads it", "let the program close it"),
        "anon_inode:[io_uring]" => new(
            "is an io_uring instance: the kernel shows neither the flags that it was made with nor all requests in flight",
            "let the program use another way of waiting: most that use io_uring have an option to do without"),
        _ => null,
    };
}
