using System.Runtime.InteropServices;

namespace CrStream.Linux.Tests;

/// <summary>Private anonymous memory of the test process, with the calls that change it.</summary>
internal sealed unsafe partial class TestMapping : IDisposable
{
    public const int PROT_NONE = 0;
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MADV_NOHUGEPAGE = 15;
    public const int MADV_GUARD_INSTALL = 102;
    public const ulong PageSize = 4096;
    private const int MAP_PRIVATE = 2;
    private const int MAP_ANONYMOUS = 0x20;

    public TestMapping(int pages)
    {
        Length = (ulong)pages * PageSize;
        Start = (ulong)mmap(0, (nuint)Length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        Assert.NotEqual(ulong.MaxValue, Start);
        Advise(0, pages, MADV_NOHUGEPAGE);
    }

    public ulong Start { get; }

    public ulong Length { get; }

    public ulong End => Start + Length;

    public Span<byte> Bytes => new((void*)Start, (int)Length);

    public ulong Page(int number) => Start + ((ulong)number * PageSize);

    public void Advise(int page, int pages, int advice) => Assert.Equal(0, madvise((nint)Page(page), (nuint)pages * 4096, advice));

    public void Protect(int page, int pages, int protection) => Assert.Equal(0, mprotect((nint)Page(page), (nuint)pages * 4096, protection));

    public void Dispose() => Assert.Equal(0, munmap((nint)Start, (nuint)Length));

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nuint length, int advice);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nuint length, int protection);
}
