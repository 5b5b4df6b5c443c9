using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary><c>crstream keygen</c>: an age key file, as age-keygen makes it.</summary>
internal sealed class KeygenCommand : ExampledCommand
{
    /// <summary>What .NET gives as HResult on Linux: the errno itself (include/uapi/asm-generic/errno-base.h).</summary>
    private const int EEXIST = 17;

    private readonly Host host;
    private readonly CommonOptions common;
    private readonly Option<bool> json = new("--json") { Description = "Print the result as JSON" };

    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "The key file to make; it must not exist",
        HelpName = "FILE",
        Required = true,
    };

    public KeygenCommand(Host host, CommonOptions common)
        : base("keygen", "Make a key file for encrypted images, and print its public key", "crstream keygen -o key.txt")
    {
        this.host = host;
        this.common = common;
        Options.Add(output);
        Options.Add(json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var path = parsed.GetValue(output)!;
        using var engine = host.OpenEngine(parsed.GetValue(common.PluginDirectories)!);
        var key = engine.CreateKey();
        Save(path, key);
        host.Out.WriteLine(parsed.GetValue(json)
            ? new JsonObject { ["file"] = path, ["recipient"] = key.Recipient }.ToJsonString(JsonText.Style)
            : key.Recipient);
        return ExitCode.Done;
    }

    private static void Save(string path, KeyPair key)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            using var writer = new StreamWriter(path, options);
            writer.Write($"# created: {DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\n# public key: {key.Recipient}\n{key.Identity}\n");
        }
        catch (IOException exists) when (exists.HResult == EEXIST)
        {
            throw new UsageException($"\"{path}\" exists already, and keys are not overwritten", "name another file, or remove this one if no image needs it");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"\"{path}\" cannot be made: {failed.Message.TrimEnd('.')}", null, failed);
        }
    }
}
