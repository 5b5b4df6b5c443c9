using System.CommandLine;
using System.Text.Json.Nodes;
using CrStream.Engine;

namespace CrStream.Cli;

/// <summary><c>crstream restore</c>: in the foreground, as if the process had been started here, or detached.</summary>
internal sealed class RestoreCommand : ExampledCommand
{
    private readonly Host host;
    private readonly CommonOptions common;
    private readonly KeyOptions keys = new();
    private readonly Settable settable = new Settable().ExternalAtRestore().AllowChangedFile();
    private readonly Argument<string> image = ImageArgument.Create();
    private readonly Option<double> timeout = Numbers.Timeout("How long a step may take, the wait for the old process id included");
    private readonly Option<bool> detach = new("--detach", "-d") { Description = "Print the process id and leave the process alone" };
    private readonly Option<bool> newPidNamespace = new("--new-pid-namespace") { Description = "Restore into a pid namespace of its own, so that no process id is taken" };
    private readonly Option<bool> forceKernel = new("--force-kernel") { Description = "Restore although the image comes from another kernel release" };
    private readonly Option<bool> json = new("--json") { Description = "Print the result as JSON, before the process ends" };

    public RestoreCommand(Host host, CommonOptions common)
        : base(
            "restore",
            "Make a process from an image and let it run on",
            "crstream restore job.crs",
            "crstream restore job.crs --detach --identity key.txt")
    {
        this.host = host;
        this.common = common;
        Arguments.Add(image);
        foreach (var option in new Option[] { detach, newPidNamespace, forceKernel, timeout, json })
        {
            Options.Add(option);
        }

        keys.AddTo(this);
        settable.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var bar = new TransferBar(host);
        var detached = parsed.GetValue(detach);
        var request = new RestoreRequest
        {
            Detach = detached,
            NewPidNamespace = parsed.GetValue(newPidNamespace),
            Source = parsed.GetValue(image)!,
            StageSettings = keys.Read(parsed),
            Timeout = TimeSpan.FromSeconds(parsed.GetValue(timeout)),
            ForceKernel = parsed.GetValue(forceKernel),
            Settings = settable.Read(parsed),
            Progress = bar,
        };
        if (!detached)
        {
            host.Signals.Hold();
        }

        using var engine = host.OpenEngine(parsed.GetValue(common.PluginDirectories)!);
        using var restored = await bar.ShowAsync(engine.RestoreAsync(request, cancellation));
        if (parsed.GetValue(json))
        {
            host.Out.WriteLine(ToJson(restored.Tree).ToJsonString(JsonText.Style));
        }
        else if (detached)
        {
            host.Out.WriteLine(restored.Tree.Pid);
        }

        if (detached)
        {
            return ExitCode.Done;
        }

        await host.Out.FlushAsync(CancellationToken.None);
        host.Signals.RelayTo(restored.Signal);
        return await restored.WaitAsync();
    }

    private static JsonObject ToJson(RestoredTree tree) => new()
    {
        ["pid"] = tree.Pid,
        ["threads"] = tree.Tasks,
        ["image_bytes"] = tree.ImageBytes,
        ["elapsed_seconds"] = tree.Elapsed.TotalSeconds,
    };
}
