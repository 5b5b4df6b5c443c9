using System.Text.Json.Nodes;
using CrStream.Abstractions;

namespace CrStream.Cli.Tests;

public sealed class InspectCommandTests
{
    private static readonly ImageContents Image = new()
    {
        Layers = ["age", "lz4"],
        Header = new()
        {
            ["arch"] = "x86_64",
            ["kernel"] = "6.18.0",
            ["page_size"] = 4096,
            ["image_id"] = new byte[] { 1, 2 },
            ["created"] = 1_700_000_000,
            ["creator"] = "crstream 0.1.0",
        },
        Objects =
        [
            new(1, "type-declaration", 1, new() { ["number"] = 0x10000, ["name"] = "org.example.gpu" }),
            new(2, "org.example.gpu", 3, new() { ["path"] = "/dev/gpu 0", ["cores"] = Value.Array([1, 2]), ["armed"] = true }),
            new(3, "mm", 1, new() { ["brk"] = 0x1000, ["vmas"] = Value.Array([new Fields { ["start"] = 0x400000, ["object"] = Value.Reference(2) }]) }),
            new(4, "task", 1, new() { ["tid"] = 4711, ["nice"] = -5, ["mm"] = Value.Reference(3) }),
            new(5, "task", 1, new() { ["tid"] = 4712, ["mm"] = Value.Reference(3) }),
        ],
        Bulk = new Dictionary<ulong, Bulk> { [3] = new(300, 0), [2] = new(0, 2048) },
        ObjectCount = 9,
        Bytes = 1_300_000,
        Hash = new byte[] { 0xfe, 0xed },
    };

    [Fact]
    public async Task Tree_shows_what_each_object_holds_and_types_that_nobody_knows()
    {
        var text = await RunAsync("inspect", "job.crs");
        Assert.Contains(
            """
            #4 task tid=4711 nice=-5
            └─ mm: #3 mm brk=0x1000, 300 pages (1.2 MiB)
               └─ vmas[0]: start=0x400000
                  └─ object: #2 org.example.gpu path="/dev/gpu 0" armed=yes, 2.0 KiB of data
                     └─ cores: [2]
            #5 task tid=4712
            └─ mm: #3 mm, shown above
            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_says_where_the_image_comes_from()
    {
        var text = await RunAsync("inspect", "job.crs");
        Assert.StartsWith(
            """
            image      1.2 MiB, 9 objects, layers age > lz4
            id         h'0102'
            created    2023-11-14 22:13:20 UTC
            creator    "crstream 0.1.0"
            machine    x86_64
            kernel     6.18.0
            page size  4096
            hash       feed (XXH3, matches)
            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_counts_the_types()
    {
        var text = await RunAsync("inspect", "job.crs");
        Assert.EndsWith(
            """
            count  type                       owns
            1      type-declaration
            1      org.example.gpu version 3  2.0 KiB of data
            1      mm                         300 pages
            2      task

            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_fields_of_all_objects_are_listed_on_request()
    {
        var text = await RunAsync("inspect", "job.crs", "--objects");
        Assert.Contains("""#4  task                       {"tid":4711,"nice":-5,"mm":{"ref":3}}""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_everything_but_the_bulk()
    {
        var image = JsonNode.Parse(await RunAsync("inspect", "job.crs", "--json"))!;
        Assert.Equal("6.18.0", (string?)image["header"]!["kernel"]);
        Assert.Equal("0102", (string?)image["header"]!["image_id"]);
        Assert.Equal(5, image["objects"]!.AsArray().Count);
        var mm = image["objects"]![2]!;
        Assert.Equal(300, (long?)mm["pages"]);
        Assert.Equal(2, (int?)mm["fields"]!["vmas"]![0]!["object"]!["ref"]);
        Assert.Equal("feed", (string?)image["terminator"]!["xxh128"]);
    }

    [Fact]
    public async Task Verify_tells_what_was_checked()
    {
        Assert.Equal("ok: job.crs: 9 objects, 1.2 MiB, layers age > lz4, xxh128 feed\n", await RunAsync("verify", "job.crs"));
    }

    [Fact]
    public async Task Escape_sequences_in_an_image_cannot_act_on_the_terminal()
    {
        var hostile = Image with { Objects = [new(1, "task", 1, new() { ["comm"] = "\u001b]0;x\a" })], Bulk = new Dictionary<ulong, Bulk>() };
        using var session = new Session { Engine = new() { Contents = hostile } };
        await session.RunAsync("inspect", "x", "--objects");
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
        using var session = new Session { Engine = new() { Contents = Image } };
        Assert.Equal(ExitCode.Done, await session.RunAsync(arguments));
        return session.Out;
    }
}
