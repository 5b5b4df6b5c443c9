using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

public sealed class OpenFileIteratorTests
{
    private const uint O_APPEND = 0x400;
    private const uint FMODE_READ = 1;
    private const uint FMODE_WRITE = 2;

    // An open file with a second descriptor and a mapping, all three inherited by a child; and one that is nobody else's,
    // of the same inode.
    private const string Program = """
        import tempfile
        with tempfile.NamedTemporaryFile() as named:
            named.write(b'x' * 4096)
            named.flush()
            one = os.open(named.name, os.O_RDWR)
            two = os.dup(one)
            lone = os.open(named.name, os.O_WRONLY | os.O_APPEND)
            libc.mmap.restype = ctypes.c_void_p
            libc.mmap(None, ctypes.c_ulong(4096), 1, 1, one, ctypes.c_long(0))
        child = os.fork()
        if child == 0:
            libc.prctl(1, 9)
            os.close(lone)
            os.write(two, b'.')
            time.sleep(100)
            os._exit(0)
        while os.lseek(two, 0, 1) == 0: time.sleep(0.001)
        say(one, two, lone, child)
        sys.stdin.readline()
        libc.close(one)
        say(1)
        time.sleep(100)
        """;

    [Fact]
    public void References_are_counted_over_descriptors_mappings_and_processes()
    {
        if (!BpfHere.IsPermitted())
            return;

        using OpenFileIterator iterator = OpenFileIterator.Load(KernelBtf.Read());
        using var subject = new Subject(Program);
        ulong[] said = subject.ReadNumbers();
        (int first, int second, int lone, int child) = ((int)said[0], (int)said[1], (int)said[2], (int)said[3]);

        Dictionary<int, KernelFile> files = iterator.ReadFiles(subject.Pid).ToDictionary(file => file.Fd);
        Assert.All(files.Values, file => Assert.Equal((subject.Pid, subject.Pid), (file.Tgid, file.Tid)));
        Assert.Equal(
            Directory.GetFiles($"/proc/{subject.Pid}/fd").Select(path => int.Parse(Path.GetFileName(path))).Order(),
            files.Keys.Order());
        Assert.Equal(6, files[first].References);
        Assert.Equal(files[first] with { Fd = second }, files[second]);
        Assert.Equal(FMODE_READ | FMODE_WRITE, files[first].Mode & (FMODE_READ | FMODE_WRITE));

        Assert.Equal(1, files[lone].References);
        Assert.NotEqual(files[first].File, files[lone].File);
        Assert.Equal(files[first].Inode, files[lone].Inode);
        Assert.Equal((FMODE_WRITE, O_APPEND), (files[lone].Mode & (FMODE_READ | FMODE_WRITE), files[lone].Flags & O_APPEND));

        // Whoever else holds it is found among all processes.
        Assert.Equal(
            [(subject.Pid, first), (subject.Pid, second), (child, first), (child, second)],
            iterator.ReadFiles(null).Where(file => file.File == files[first].File).Select(file => (file.Tgid, file.Fd)).Order());
        Assert.NotEqual(files[first].Files, iterator.ReadFiles(child)[0].Files);

        subject.Continue();
        Assert.Single(subject.ReadNumbers());
        Assert.Equal(5, iterator.ReadFiles(subject.Pid).Single(file => file.Fd == second).References);
    }

    [Fact]
    public void A_thread_with_a_descriptor_table_of_its_own_is_listed_beside_its_process()
    {
        if (!BpfHere.IsPermitted())
            return;

        using OpenFileIterator iterator = OpenFileIterator.Load(KernelBtf.Read());
        using var subject = new Subject("""
            def apart():
                libc.unshare(0x400)
                say(threading.get_native_id())
                time.sleep(100)
            threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
            threading.Thread(target=apart, daemon=True).start()
            time.sleep(100)
            """);
        int thread = (int)Assert.Single(subject.ReadNumbers());
        ILookup<int, KernelFile> byThread = iterator.ReadFiles(subject.Pid).ToLookup(file => file.Tid);
        Assert.Equal([subject.Pid, thread], byThread.Select(files => files.Key).Order());
        Assert.Equal(byThread[subject.Pid].Select(file => (file.Fd, file.File)), byThread[thread].Select(file => (file.Fd, file.File)));
        Assert.NotEqual(byThread[subject.Pid].First().Files, byThread[thread].First().Files);
    }
}
