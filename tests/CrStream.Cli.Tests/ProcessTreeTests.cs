using System.Text;
using CrStream.Abstractions;
using CrStream.Image;

namespace CrStream.Cli.Tests;

public sealed class ProcessTreeTests
{
    private static readonly ObjectType Pipe = new("org.example.pipe", 1);
    private static readonly ObjectType Regular = new("org.example.regular-file", 1);

    private readonly List<DescribedObject> objects = [];

    [Fact]
    public void Process_is_shown_with_its_threads_memory_files_signals_and_timers()
    {
        Process(10, Ref(Add(CoreTypes.Mm, Memory())), Ref(Add(CoreTypes.Files, Files())));
        Add(CoreTypes.Task, new() { ["tid"] = 11, ["name"] = "gc"u8.ToArray() });
        Add(CoreTypes.Task, new() { ["tid"] = 12, ["name"] = "gc"u8.ToArray() });
        Tree([Entry(10), Entry(11, pid: 10), Entry(12, pid: 10)]);
        Assert.Equal(
            """
            10 job, uid 0 as 1000, 3 threads, session 5, 56.0 KiB mapped, 8.0 KiB of pages held
               program  /bin/job
               threads  2 more: gc
               memory   16.0 KiB  stack
                         8.0 KiB  heap
                         4.0 KiB  anonymous
                        20.0 KiB  /bin/job
                         8.0 KiB  regular-file (shared)
               files    0,1  pipe:[7], 6 B of data (read and write, append)
                          2  from outside as fd2: terminal /dev/pts/0 (write)
                          3  regular-file /bin/job (read, at 7, close on exec, POSIX write lock of 4 from 2)
               cwd      /tmp
               signals  1 caught: USR1; 1 ignored: PIPE
               pending  TERM(×2)
               timers   real in 2.5 s, 1 POSIX timer

            """,
            Write());
    }

    [Fact]
    public void Processes_stand_below_their_parents_with_what_differs_and_how_they_ended()
    {
        var files = Ref(Add(CoreTypes.Files, Files()));
        Process(10, null, files);
        Process(20, null, files);
        Process(30, null, null);
        Tree(
            [Entry(10), Entry(20, parent: 10, group: 20), Entry(30, parent: 20, group: 20)],
            [Entry(40, parent: 10).AddIfAny("status", 3 << 8), Entry(50, parent: 10).AddIfAny("status", 0x80 | 11)]);
        var lines = Write().Split('\n');
        Assert.StartsWith("10 job, uid 0 as 1000, 1 thread", lines[0], StringComparison.Ordinal);
        Assert.Contains("├─ 20 job, uid 0 as 1000, 1 thread, group 20, stopped by TSTP", lines);
        Assert.Contains("│  │  files    like 10", lines);
        Assert.Contains("│  └─ 30 job, uid 0 as 1000, 1 thread", lines);
        Assert.Contains("├─ 40 zombie, exited with 3", lines);
        Assert.Contains("└─ 50 zombie, ended by SEGV with a core dump", lines);
    }

    [Fact]
    public void Memory_that_is_shared_copy_on_write_is_told_with_whom()
    {
        var parent = Add(CoreTypes.Mm, new() { ["pid"] = 10 });
        Process(10, Ref(parent), null);
        var fields = new Fields { ["pid"] = 20, ["base"] = Ref(parent), ["inherited"] = Value.Array([100, 3, 1, 4]) };
        Process(20, Ref(Add(CoreTypes.Mm, fields)), null);
        Process(30, Ref(Add(CoreTypes.Mm, new() { ["inherited"] = Value.Array([1, 5]) })), null);
        Tree([Entry(10), Entry(20, parent: 10), Entry(30, parent: 10)]);
        var lines = Write().Split('\n');
        Assert.EndsWith("0 B mapped, 8.0 KiB of pages held", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.EndsWith("held, 28.0 KiB shared with 10", StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains("shared", StringComparison.Ordinal));
        Assert.Equal(7, SharedPages.Of(fields));
        Assert.InRange(SharedPages.Of(new Fields { ["base"] = Ref(parent), ["inherited"] = Value.Array([0, ulong.MaxValue, 0, ulong.MaxValue, -1, -1, "x", "y"]) }), 1, 1L << 46);
    }

    [Fact]
    public void Objects_of_no_process_and_fields_that_nobody_knows_are_shown_too()
    {
        var namespaces = Add(new("org.example.namespaces", 1), new() { ["name"] = "blue" });
        Add(CoreTypes.Task, new() { ["tid"] = 10, ["namespaces"] = Ref(namespaces) });
        Add(CoreTypes.Task, new() { ["tid"] = 77 });
        Tree([Entry(10)]);
        Add(new("org.example.gpu", 1), new() { ["cores"] = 4 });
        Assert.Equal(
            """
            10 task, 1 thread, session 5
               namespaces  namespaces blue
            #3 task tid=77
            #5 org.example.gpu cores=4

            """,
            Write());
    }

    [Fact]
    public void Fields_of_other_kinds_are_left_out()
    {
        Value[] odd = [-1, ulong.MaxValue, "text\u001b", new byte[] { 0xff }, true, Value.Array([Value.Array([-1, "x"]), new Fields()]), new Fields { ["start"] = "x" }];
        string[] task = ["name", "credentials", "mm", "files", "fs", "sighand", "thread_group", "pending_signals"];
        string[] below = ["vmas", "layout", "executable", "descriptors", "cwd", "root", "actions", "interval_timers", "posix_timers", "pending_signals", "external", "flags", "position"];
        string[] inner = ["start", "end", "kind", "file", "fd", "locks", "signal", "handler"];
        foreach (var value in odd)
        {
            var nested = Of(inner, value).AddIfAny("layout", value);
            var any = Ref(Add(CoreTypes.Mm, Of(below, value)));
            var lists = Ref(Add(CoreTypes.Files, Of(below, Value.Array([nested, value, Value.Array([value, value]), new Fields { ["file"] = any }]))));
            foreach (var reference in (Value[])[value, any, lists])
            {
                Add(CoreTypes.Task, Merge(new() { ["tid"] = objects.Count + 1 }, Of(task, reference)));
            }
        }

        Tree([.. Enumerable.Range(1, objects.Count).Select(tid => Entry(tid)), .. odd.Select(value => Of(["tid", "pid", "parent", "session"], value))], [.. odd.Select(value => Of(["pid", "status"], value))]);
        var text = Write();
        Assert.Contains("1 thread", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Rings_and_any_depth_of_parents_are_shown_once_each()
    {
        Tree([Entry(1, parent: 2), Entry(2, parent: 1), Entry(3, parent: 3), .. Enumerable.Range(10, 20_000).Select(pid => Entry(pid, parent: pid - 1))]);
        Assert.Equal(20_003, Write().Split('\n').Count(line => line.Contains(" task, 1 thread", StringComparison.Ordinal)));
    }

    [Fact]
    public void Chain_of_objects_is_followed_only_so_far()
    {
        var last = Add(Regular, new() { ["size"] = 0 });
        for (var i = 0; i < 20_000; i++)
        {
            last = Add(Regular, new() { ["next"] = Ref(last) });
        }

        Assert.InRange(Write().Split('\n').Length, 10, 1000);
    }

    private static Value Ref(ulong id) => Value.Reference(id);

    private static Fields Of(string[] keys, Value value) => keys.Aggregate(new Fields(), (fields, key) => fields.AddIfAny(key, value));

    private static Fields Merge(Fields one, Fields other) => other.Aggregate(one, (fields, field) => fields.AddIfAny(field.Key, field.Value));

    private static Fields Entry(int tid, int? pid = null, int parent = 0, int? group = null) =>
        new() { ["tid"] = tid, ["pid"] = pid ?? tid, ["parent"] = parent, ["process_group"] = group ?? 10, ["session"] = 5 };

    private static Fields Mapping(int start, int pages, string kind) => new() { ["start"] = start, ["end"] = start + pages * 4096, ["protection"] = 3, ["kind"] = kind };

    private Fields Memory()
    {
        var file = Ref(Add(CoreTypes.File, new() { ["object"] = Ref(Add(Regular, new() { ["path"] = "/bin/job" })) }));
        var shared = Ref(Add(Regular, new() { ["size"] = 8192 }));
        return new()
        {
            ["vmas"] = Value.Array(
            [
                Mapping(0x10000, 2, "private").AddIfAny("file", file),
                Mapping(0x20000, 3, "private").AddIfAny("file", file),
                Mapping(0x30000, 2, "anonymous"),
                Mapping(0x40000, 1, "anonymous"),
                Mapping(0x50000, 2, "shared").AddIfAny("file", shared),
                Mapping(0x60000, 4, "anonymous"),
            ]),
            ["layout"] = new Fields { ["start_brk"] = 0x30000, ["brk"] = 0x32000, ["start_stack"] = 0x63010 },
            ["executable"] = file,
        };
    }

    private Fields Files()
    {
        var pipe = Ref(Add(CoreTypes.File, new() { ["object"] = Ref(Add(Pipe, new() { ["link"] = "pipe:[7]" })), ["flags"] = 0x402, ["position"] = 0 }));
        var outside = Ref(Add(CoreTypes.File, new() { ["external"] = "fd2", ["kind"] = "terminal", ["flags"] = 1, ["link"] = "/dev/pts/0" }));
        var regular = Ref(Add(CoreTypes.File, new() { ["object"] = Ref(Add(Regular, new() { ["path"] = "/bin/job" })), ["flags"] = 0, ["position"] = 7 }));
        var held = new Fields { ["kind"] = "POSIX", ["write"] = true, ["start"] = 2, ["length"] = 4 };
        return new()
        {
            ["descriptors"] = Value.Array(
            [
                new Fields { ["fd"] = 0, ["file"] = pipe },
                new Fields { ["fd"] = 1, ["file"] = pipe },
                new Fields { ["fd"] = 2, ["file"] = outside },
                new Fields { ["fd"] = 3, ["file"] = regular, ["close_on_exec"] = true, ["locks"] = Value.Array([held]) },
            ]),
        };
    }

    private void Process(int pid, Value? mm, Value? files)
    {
        var siginfo = new byte[128];
        siginfo[0] = 15;
        var fs = Ref(Add(CoreTypes.Fs, new() { ["cwd"] = "/tmp", ["root"] = "/" }));
        var actions = Ref(Add(CoreTypes.Sighand, new() { ["actions"] = Value.Array([new Fields { ["signal"] = 10, ["handler"] = 0x400000 }, new Fields { ["signal"] = 13, ["handler"] = 1 }]) }));
        var group = Ref(Add(CoreTypes.ThreadGroup, new()
        {
            ["interval_timers"] = Value.Array([Value.Array([0, 2_500_000]), Value.Array([0, 0])]),
            ["posix_timers"] = Value.Array([new Fields { ["timer"] = 0 }]),
            ["pending_signals"] = Value.Array([siginfo]),
            ["stopped_by"] = pid == 20 ? 20 : 0,
        }));
        Add(CoreTypes.Task, new Fields
        {
            ["tid"] = pid,
            ["name"] = Encoding.UTF8.GetBytes("job"),
            ["pending_signals"] = Value.Array([siginfo]),
            ["credentials"] = new Fields { ["uids"] = Value.Array([0, 1000, 0, 0]) },
        }.AddIfAny("mm", mm).AddIfAny("files", files).AddIfAny("fs", fs).AddIfAny("sighand", actions).AddIfAny("thread_group", group));
    }

    private void Tree(Fields[] tasks, Fields[]? zombies = null) => Add(CoreTypes.Tree, new() { ["tasks"] = Value.Array(tasks), ["zombies"] = Value.Array(zombies ?? []) });

    private ulong Add(ObjectType type, Fields fields)
    {
        objects.Add(new((ulong)objects.Count + 1, type, fields));
        return (ulong)objects.Count;
    }

    /// <summary>Writes the tree; every address space holds two pages, every pipe six bytes.</summary>
    private string Write()
    {
        using var output = new StringWriter();
        ProcessTree.Write(
            new()
            {
                Header = new() { Arch = "x86_64", Kernel = "6.18", KernelVersion = "#1", PageSize = 4096, ImageId = Guid.Empty, Created = DateTimeOffset.UnixEpoch, Creator = "test", Environment = new() },
                Objects = objects,
                Bulk = objects.ToDictionary(item => item.Id, item => new Bulk(item.Type == CoreTypes.Mm ? 2 : 0, item.Type == Pipe ? 6 : 0)),
                ObjectCount = objects.Count,
                Bytes = 0,
                Xxh128 = 0,
            },
            output);
        return output.ToString();
    }
}
