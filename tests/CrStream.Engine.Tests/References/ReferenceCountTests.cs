using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Engine.References;
using CrStream.Linux.Bpf;
using static CrStream.Engine.Tests.References.Looks;

namespace CrStream.Engine.Tests.References;

public sealed class ReferenceCountTests
{
    private const ulong Mm = 0x1000, OtherMm = 0x2000, Lock = 0xA0, Program = 0xB0, Table = 0x10, OtherTable = 0x20;

    private static readonly CollectedFile LockFile = new("/var/lib/x/lock", null!, false, [(10, 5), (11, 5)]);

    [Fact]
    public void Descriptors_mappings_executables_and_what_handlers_know_of_are_references()
    {
        KernelLook look = new(
            [Task(10, 10, Mm, 2, Lock), Task(12, 10, Mm, 2, Lock), Task(11, 11, OtherMm, 1, Program)],
            [File(10, 5, Lock, 6, Table), File(11, 5, Lock, 6, OtherTable)],
            [Mapping(10, Mm, 0x1000, Lock, 6), Mapping(10, Mm, 0x2000, Lock, 6)]);
        Assert.Empty(Count(look, [10, 11], held: [Lock]).OpenFiles([LockFile]));
        Assert.Empty(Count(look, [10, 11], held: [Lock]).Tasks());
        Assert.Equal((6, 5), Only(Count(look, [10, 11]).OpenFiles([LockFile])));
    }

    [Fact]
    public void Table_or_address_space_that_two_processes_share_counts_once()
    {
        KernelLook look = new(
            [Task(10, 10, Mm, 2), Task(11, 11, Mm, 2)],
            [File(10, 5, Lock, 2, Table), File(11, 5, Lock, 2, Table)],
            [Mapping(10, Mm, 0x1000, Lock, 2), Mapping(11, Mm, 0x1000, Lock, 2)]);
        Assert.Empty(Count(look, [10, 11]).OpenFiles([LockFile]));
        Assert.Empty(Count(look, [10, 11]).Tasks());
    }

    [Fact]
    public void Reference_from_outside_is_told_with_both_figures_and_who_has_it()
    {
        KernelLook look = new([Task(10, 10, Mm, 1)], [File(10, 5, Lock, 3, Table), File(11, 5, Lock, 3, OtherTable), File(812, 7, Lock, 3, 0x30)], []);
        var mismatch = Assert.Single(Count(look, [10, 11]).OpenFiles([LockFile]));
        Assert.Equal("open file description of fd 5 of 10 (/var/lib/x/lock) has 3 references, 2 from inside the tree", mismatch.Figures);
        Assert.Equal("file", mismatch.Kind);
        Assert.Equal([(812, " as fd 7")], Holders.Of(mismatch, look, new HashSet<int> { 10, 11 }, []));
        Assert.Empty(Holders.Of(mismatch, look, new HashSet<int> { 10, 11 }, [look.Files[2]]));
    }

    [Fact]
    public void What_this_process_opened_to_look_is_in_neither_figure()
    {
        KernelLook look = new([], [File(10, 5, Lock, 3, Table)], []);
        Assert.Equal((2, 1), Only(Count(look, [10], [File(99, 40, Lock, 3, 0x90)]).OpenFiles([LockFile])));
        Assert.Empty(Count(look, [10], [File(99, 40, Lock, 3, 0x90), File(99, 41, Lock, 3, 0x90)]).OpenFiles([LockFile]));
    }

    [Fact]
    public void Fewer_references_than_were_found_inside_are_a_mismatch_too() =>
        Assert.Equal((1, 2), Only(Count(new([], [File(10, 5, Lock, 1, Table), File(10, 6, Lock, 1, Table)], []), [10]).OpenFiles([LockFile])));

    [Fact]
    public void Task_outside_that_shares_the_address_space_is_a_leak_and_one_that_has_ended_is_none()
    {
        KernelLook look = new([Task(10, 10, Mm, 2, actions: 0x50, actionsUsers: 2), Task(812, 812, Mm, 2), Task(813, 813, actions: 0x50, actionsUsers: 2, ended: true)], [], []);
        var mismatch = Assert.Single(Count(look, [10]).Tasks());
        Assert.Equal("address space of process 10 has 2 references, 1 from inside the tree", mismatch.Figures);
        Assert.Equal([(812, "")], Holders.Of(mismatch, look, new HashSet<int> { 10 }, []));
    }

    [Fact]
    public void Pipe_knows_how_many_files_are_open_on_it_but_for_O_PATH()
    {
        var pipe = new KernelInode(0x200, 1, 0x201, 9, new(3, 2, 1));
        KernelLook look = new([], [File(10, 3, 0xC0, 1, Table, pipe), File(10, 4, 0xC1, 1, Table, pipe), File(10, 5, 0xC3, 1, Table, pipe) with { Flags = FileFlags.O_PATH }, File(812, 3, 0xC2, 1, OtherTable, pipe)], []);
        var mismatch = Assert.Single(Count(look, [10]).PrivateObjects([new("pipe", "the pipe at fd 3 of 10", pipe, false, "pipe:[1]", [(10, 3), (10, 4)])]));
        Assert.Equal("the pipe at fd 3 of 10 has 3 open files, 2 from inside the tree", mismatch.Figures);
        Assert.Equal([(812, " as fd 3")], Holders.Of(mismatch, look, new HashSet<int> { 10 }, []));
        Assert.Empty(Count(look, [10, 812]).PrivateObjects([new("pipe", "the pipe", pipe, false, "pipe:[1]", [])]));
    }

    [Fact]
    public void Nameless_memory_has_an_open_file_for_each_reference_to_its_entry_and_a_segment_one_more()
    {
        var memory = new KernelInode(0x300, 0, 0x301, 2, null);
        KernelLook look = new([], [], [Mapping(10, Mm, 0x1000, 0xD0, 1, memory), Mapping(11, OtherMm, 0x1000, 0xD1, 2, memory), Mapping(812, 0x3000, 0x1000, 0xD1, 2, memory)]);
        PrivateObject[] whole = [new("shared-memory", "the memory", memory, false, null, [])], segment = [new("shared-memory", "the memory", memory, true, null, [])];
        Assert.Equal((2, 1), Only(Count(look, [10, 11]).PrivateObjects(whole)));
        Assert.Empty(Count(look, [10, 11, 812]).PrivateObjects(whole));
        Assert.Equal((1, 2), Only(Count(look, [10, 11, 812]).PrivateObjects(segment)));
        Assert.Equal((2, 1), Only(Count(look, [10]).PrivateObjects(whole)));
        Assert.Empty(Count(look, [10], [File(99, 40, 0xD9, 1, 0x90, memory)]).PrivateObjects(whole));
    }

    private static (long Total, long Inside) Only(IEnumerable<Mismatch> mismatches)
    {
        var only = Assert.Single(mismatches);
        return (only.Total, only.Inside);
    }
}
