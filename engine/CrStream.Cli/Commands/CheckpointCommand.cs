using System.CommandLine;
using System.Text.Json.Nodes;
using CrStream.Abstractions;
using CrStream.Engine;

namespace CrStream.Cli;

/// <summary><c>crstream checkpoint</c>.</summary>
internal sealed class CheckpointCommand : ExampledCommand
{
    private readonly Host host;
    private readonly CommonOptions common;
    private readonly Settable settable = new Settable().ExternalAtCheckpoint().AllowChangedFile().AllowLeak();
    private readonly Argument<int> pid = Numbers.Pid();
    private readonly Option<double> timeout = Numbers.Timeout("How long a task may take to stop before all are let go again");
    private readonly Option<string?> passphrase = KeyOptions.NewPassphraseFile("Encrypt with the passphrase in a file");
    private readonly Option<bool> kill = new("--kill") { Description = "End the process once the image is complete; otherwise it runs on" };
    private readonly Option<bool> shellJob = new("--shell-job") { Description = "Let session and terminal come from outside" };
    private readonly Option<bool> json = new("--json") { Description = "Print the result as JSON" };

    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "Where the image goes: a path, a URI, or - for the standard output",
        HelpName = "IMAGE",
        Required = true,
    };

    private readonly Option<string> compress = new("--compress")
    {
        Description = "How to compress: lz4, none, or another stage that is loaded",
        HelpName = "lz4|none",
        DefaultValueFactory = _ => "lz4",
    };

    private readonly Option<string[]> recipients = new("--encrypt-to")
    {
        Description = "Encrypt to a public key; several may be given",
        HelpName = "age1...",
        DefaultValueFactory = _ => [],
    };

    public CheckpointCommand(Host host, CommonOptions common)
        : base(
            "checkpoint",
            "Write a running process into an image",
            "crstream checkpoint 4711 -o job.crs",
            "crstream checkpoint 4711 --kill --encrypt-to age1... -o - | ssh host 'cat > job.crs'")
    {
        this.host = host;
        this.common = common;
        compress.CompletionSources.Add("lz4", "none");
        Arguments.Add(pid);
        foreach (var option in new Option[] { output, compress, recipients, passphrase, kill, shellJob, timeout, json })
        {
            Options.Add(option);
        }

        settable.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var bar = new TransferBar(host);
        var request = Request(parsed) with { Progress = bar };
        if (request.Destination == "-" && host.OutIsTerminal)
        {
            throw new UsageException("an image is not written to a terminal", "redirect the standard output, or name a file with -o");
        }

        using var engine = host.OpenEngine(parsed.GetValue(common.PluginDirectories)!);
        var result = await bar.ShowAsync(engine.CheckpointAsync(request, cancellation));
        if (parsed.GetValue(json))
        {
            // The standard output belongs to the image where that goes there.
            (request.Destination == "-" ? host.Error : host.Out).WriteLine(ToJson(result, request.Destination).ToJsonString(JsonText.Style));
        }
        else
        {
            host.Voice.Note(
                $"checkpointed {result.Pid} to {request.Destination}: {Quantity.Count(result.Tasks, "thread")}, image {Quantity.Bytes(result.ImageBytes)}, "
                + $"stored {Quantity.Bytes(result.StoredBytes)}, frozen for {Quantity.Duration(result.Frozen)}, took {Quantity.Duration(result.Elapsed)}");
        }

        return ExitCode.Done;
    }

    private CheckpointRequest Request(ParseResult parsed)
    {
        var keys = parsed.GetValue(recipients)!;
        var passphraseFile = parsed.GetValue(passphrase);
        if (keys.Length > 0 && passphraseFile is not null)
        {
            throw new UsageException("--encrypt-to and --passphrase-file exclude each other", "age allows one passphrase or any number of public keys");
        }

        var stages = parsed.GetValue(compress) is var compression && compression == "none" ? new List<string>() : [compression!];
        if (keys.Length > 0 || passphraseFile is not null)
        {
            stages.Add("age");
        }

        return new()
        {
            Pid = parsed.GetValue(pid),
            Destination = parsed.GetValue(output)!,
            Stages = stages,
            StageSettings = new() { Recipients = keys, Passphrase = passphraseFile is null ? default(ReadOnlyMemory<byte>?) : SecretFile.ReadPassphrase(passphraseFile) },
            Kill = parsed.GetValue(kill),
            ShellJob = parsed.GetValue(shellJob),
            Timeout = TimeSpan.FromSeconds(parsed.GetValue(timeout)),
            Settings = settable.Read(parsed),
        };
    }

    private static JsonObject ToJson(CheckpointResult result, string destination) => new()
    {
        ["image_id"] = result.ImageId.ToString("N"),
        ["image"] = destination,
        ["pid"] = result.Pid,
        ["threads"] = result.Tasks,
        ["objects"] = result.Objects,
        ["image_bytes"] = result.ImageBytes,
        ["stored_bytes"] = result.StoredBytes,
        ["frozen_seconds"] = result.Frozen.TotalSeconds,
        ["elapsed_seconds"] = result.Elapsed.TotalSeconds,
    };
}
