using System.Text.Json.Nodes;
using CrStream.Abstractions;
using CrStream.Image;

namespace CrStream.Cli.Tests;

public sealed class InspectCommandTests
{
    [Fact]
    public async Task Tree_shows_what_each_object_holds_and_types_that_nobody_knows()
    {
        Assert.Contains(
            """
            #6 task tid=4711 name=worker nice=-5 registers=(216 bytes)
            ├─ mm: #4 mm brk=0x1000, 2 pages (8.0 KiB)
            │  └─ vmas[0]: 000000400000-000000402000 r-x private #2 "/dev/gpu 0" at 0x1000
            └─ files: #5 files
               └─ descriptors[0]: fd=3 file: #3 file flags=0x8002
                  └─ object: #2 org.example.gpu path="/dev/gpu 0" cores=[1 2] armed=yes, 2.0 KiB of data
            #7 task tid=4712
            └─ mm: #4 mm, shown above
            """,
            await RunAsync("inspect", "job.crs", "--all"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_list_is_cut_short_unless_all_of_it_is_asked_for()
    {
        var image = await SampleImage.ReadAsync(furtherMappings: 20);
        using var shortened = new Session { Engine = new() { Contents = image } };
        await shortened.RunAsync("inspect", "job.crs");
        Assert.Contains("vmas[11]: ", shortened.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("vmas[12]: ", shortened.Out, StringComparison.Ordinal);
        Assert.Contains("└─ vmas: 9 more, shown with --all", shortened.Out, StringComparison.Ordinal);

        using var all = new Session { Engine = new() { Contents = image } };
        await all.RunAsync("inspect", "job.crs", "--all");
        Assert.Contains("└─ vmas[20]: 000000513000-000000514000 rw- anonymous\n", all.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_says_where_the_image_comes_from()
    {
        var lines = (await RunAsync("inspect", "job.crs")).Split('\n');
        Assert.Matches("^image    9\\.[0-9] KiB|1[0-9]\\.[0-9] KiB, 9 objects, layers age > lz4$", lines[0]);
        Assert.Equal(
            [
                "id       00112233445566778899aabbccddeeff",
                "created  2023-11-14 22:13:20 UTC",
                "creator  crstream 0.1.0",
                "machine  x86_64, pages of 4096 bytes",
                "kernel   6.18.0 #1 SMP",
            ],
            lines[1..6]);
        Assert.Matches("^hash     [0-9a-f]{32} \\(XXH3, matches\\)$", lines[6]);
    }

    [Fact]
    public async Task Head_says_how_references_were_counted_and_which_leaks_were_allowed()
    {
        var image = await SampleImage.ReadAsync();
        var leaks = Value.Array([new Fields { ["kind"] = "file", ["text"] = "open file description of fd 3 has\n2 references" }]);
        using var session = new Session
        {
            Engine = new()
            {
                Contents = image with
                {
                    Header = image.Header with { Environment = new() { ["reference_counts"] = "bpf" } },
                    Objects = [.. image.Objects, new(99, CoreTypes.Tree, new() { ["leaks"] = leaks })],
                },
            },
        };
        await session.RunAsync("inspect", "job.crs");
        Assert.Contains("\nreferences  counted by the kernel (bpf)\n", session.Out, StringComparison.Ordinal);
        Assert.Contains("\nleak        file (allowed): open file description of fd 3 has\\n2 references\n", session.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_counts_the_types()
    {
        Assert.EndsWith(
            """
            count  type                       owns
            1      type-declaration
            1      org.example.gpu version 3  2.0 KiB of data
            1      file
            1      mm                         2 pages
            1      files
            2      task

            """,
            await RunAsync("inspect", "job.crs"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_fields_of_all_objects_are_listed_on_request()
    {
        var text = await RunAsync("inspect", "job.crs", "--all");
        Assert.Contains("""#7  task                       {"tid":4712,"mm":{"ref":4}}""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_everything_but_the_bulk()
    {
        var image = JsonNode.Parse(await RunAsync("inspect", "job.crs", "--json"))!;
        Assert.Equal("6.18.0", (string?)image["header"]!["kernel"]);
        Assert.Equal(7, (int?)image["header"]!["environment"]!["xsave"]);
        Assert.Equal(7, image["objects"]!.AsArray().Count);
        var mm = image["objects"]![3]!;
        Assert.Equal(2, (long?)mm["pages"]);
        Assert.Equal(3, (int?)mm["fields"]!["vmas"]![0]!["file"]!["ref"]);
        Assert.Equal(9, (int?)image["terminator"]!["objects"]);
    }

    [Fact]
    public async Task Pages_that_processes_share_are_counted()
    {
        var image = await SampleImage.ReadAsync();
        var copy = new Fields { ["pid"] = 4713, ["base"] = Value.Reference(4), ["inherited"] = Value.Array([1024, 512, 4, 256]) };
        image.Objects.Single(item => item.Id == 4).Fields["pid"] = 4711;
        image = image with { Objects = [.. image.Objects, new(8, CoreTypes.Mm, copy)] };
        using var json = new Session { Engine = new() { Contents = image } };
        Assert.Equal(ExitCode.Done, await json.RunAsync("inspect", "job.crs", "--json"));
        var document = JsonNode.Parse(json.Out)!;
        Assert.Equal(768, (long?)document["shared_pages"]);
        Assert.Equal((768, 4711), ((long?)document["objects"]![7]!["shared_pages"], (int?)document["objects"]![7]!["shared_with"]));
        Assert.Null(document["objects"]![3]!["shared_pages"]);
        using var text = new Session { Engine = new() { Contents = image } };
        await text.RunAsync("inspect", "job.crs");
        Assert.Contains("shared   3.0 MiB of pages that processes share are held once", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_tells_what_was_checked()
    {
        Assert.Matches("^ok: job.crs: 9 objects, [0-9.]+ KiB, layers age > lz4, xxh128 [0-9a-f]{32}\n$", await RunAsync("verify", "job.crs"));
    }

    [Fact]
    public async Task Escape_sequences_in_an_image_cannot_act_on_the_terminal()
    {
        using var session = new Session { Engine = new() { Contents = await SampleImage.ReadAsync("\u001b]0;x\a") } };
        Assert.Equal(ExitCode.Done, await session.RunAsync("inspect", "x", "--all"));
        Assert.DoesNotContain('\u001b', session.Out);
    }

    [Fact]
    public async Task Plugins_are_listed_with_their_origin()
    {
        Assert.Equal(
            """
            handler  pipes  CrStream.Pipes 0.1.0  pipes and FIFOs
            stage    lz4    CrStream.Lz4 0.1.0

            """,
            await RunAsync("plugins"));
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var session = new Session { Engine = new() { Contents = await SampleImage.ReadAsync() } };
        Assert.Equal(ExitCode.Done, await session.RunAsync(arguments));
        return session.Out;
    }
}
