using System.CommandLine;
using CrStream.Engine;

namespace CrStream.Cli;

/// <summary><c>crstream inspect</c>: works on images of any origin, since they describe themselves.</summary>
internal sealed class InspectCommand : ExampledCommand
{
    private readonly Host host;
    private readonly CommonOptions common;
    private readonly KeyOptions keys = new();
    private readonly Settable settable = new();
    private readonly Argument<string> image = ImageArgument.Create();
    private readonly Option<bool> json = new("--json") { Description = "Print everything as JSON" };
    private readonly Option<bool> all = new("--all", "-a") { Description = "Show all objects with all their fields, and cut no list short" };

    public InspectCommand(Host host, CommonOptions common)
        : base(
            "inspect",
            "Show what an image holds",
            "crstream inspect job.crs",
            "crstream inspect job.crs --identity key.txt --json | jq .header.kernel",
            "age -d -i key.txt job.crs | lz4 -d | crstream inspect -")
    {
        this.host = host;
        this.common = common;
        Arguments.Add(image);
        Options.Add(json);
        Options.Add(all);
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
        if (parsed.GetValue(json))
        {
            host.Out.WriteLine(ImageJson.Of(contents).ToJsonString(JsonText.Style));
            return ExitCode.Done;
        }

        ImageHead.Write(contents, host.Out);
        if (parsed.GetValue(all))
        {
            ObjectTree.Write(contents, all: true, host.Out);
        }
        else
        {
            ProcessTree.Write(contents, host.Out);
        }

        ObjectTable.Write(contents, parsed.GetValue(all), host.Out);
        return ExitCode.Done;
    }
}
