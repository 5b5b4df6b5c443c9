using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

public sealed class MappedFileIteratorTests
{
    [Fact]
    public void Mappings_of_shared_memory_and_its_open_files_are_counted_over_processes()
    {
        if (!BpfHere.IsPermitted())
            return;

        using MappedFileIterator iterator = MappedFileIterator.Load(KernelBtf.Read());
        using var subject = new Subject("""
            libc.mmap.restype = ctypes.c_void_p
            memory = libc.mmap(None, ctypes.c_ulong(8192), 3, 0x21, -1, ctypes.c_long(0))
            child = os.fork()
            if child == 0:
                libc.prctl(1, 9)
                time.sleep(100)
                os._exit(0)
            opened = os.open('/proc/self/map_files/%x-%x' % (memory, memory + 8192), os.O_RDWR)
            say(memory, child)
            time.sleep(100)
            """);
        ulong[] said = subject.ReadNumbers();
        KernelMapping own = iterator.ReadMappings(subject.Pid).Single(mapping => mapping.Start == said[0]);
        KernelMapping childs = iterator.ReadMappings((int)said[1]).Single(mapping => mapping.Start == said[0]);
        Assert.Equal((2, 2), (own.References, childs.References));
        Assert.Equal((own.File, own.Inode), (childs.File, childs.Inode));
        Assert.NotEqual(own.Mm, childs.Mm);

        // Two open files: that of both mappings, and the one that was opened by its link.
        Assert.Equal((0u, 2, null), (own.Inode.Links, own.Inode.EntryUsers, own.Inode.Pipe));
        Assert.Equal(2, iterator.ReadMappings(null).Count(mapping => mapping.File == own.File));
    }
}
