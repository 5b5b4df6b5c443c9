using System.CommandLine;
using System.Text.Json.Nodes;
using CrStream.Engine;

namespace CrStream.Cli;

/// <summary><c>crstream verify</c>: reads the whole stream, and checks all that can be checked without restoring it.</summary>
internal sealed class VerifyCommand : ExampledCommand
{
    private readonly Host host;
    private readonly CommonOptions common;
    private readonly KeyOptions keys = new();
    private readonly Settable settable = new();
    private readonly Argument<string> image = ImageArgument.Create();
    private readonly Option<bool> json = new("--json") { Description = "Print the result as JSON" };

    public VerifyCommand(Host host, CommonOptions common)
        : base("verify", "Check a whole image without restoring it", "crstream verify job.crs --identity key.txt")
    {
        this.host = host;
        this.common = common;
        Arguments.Add(image);
        Options.Add(json);
        keys.AddTo(this);
        settable.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var bar = new TransferBar(host);
        var request = new InspectRequest
        {
            Source = parsed.GetValue(image)!,
            StageSettings = keys.Read(parsed),
            Settings = settable.Read(parsed),
            Progress = bar,
        };
        using var engine = host.OpenEngine(parsed.GetValue(common.PluginDirectories)!);
        var contents = await bar.ShowAsync(engine.ReadAsync(request, cancellation));
        var hash = $"{contents.Xxh128:x32}";
        if (parsed.GetValue(json))
        {
            host.Out.WriteLine(new JsonObject
            {
                ["image"] = request.Source,
                ["layers"] = new JsonArray([.. contents.Layers.Select(layer => JsonValue.Create(layer))]),
                ["objects"] = contents.ObjectCount,
                ["image_bytes"] = contents.Bytes,
                ["xxh128"] = hash,
            }.ToJsonString(JsonText.Style));
            return ExitCode.Done;
        }

        host.Out.WriteLine($"ok: {request.Source}: {Quantity.Count(contents.ObjectCount, "object")}, {Quantity.Bytes(contents.Bytes)}, {ImageHead.Layers(contents)}, xxh128 {hash}");
        return ExitCode.Done;
    }
}
