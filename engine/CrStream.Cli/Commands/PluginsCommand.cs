using System.CommandLine;
using System.Text.Json.Nodes;

namespace CrStream.Cli;

/// <summary><c>crstream plugins</c>: what is loaded, and from where.</summary>
internal sealed class PluginsCommand : ExampledCommand
{
    private readonly Host host;
    private readonly CommonOptions common;
    private readonly Option<bool> json = new("--json") { Description = "Print the list as JSON" };

    public PluginsCommand(Host host, CommonOptions common)
        : base("plugins", "List the handlers, stages and stores that are loaded", "crstream plugins --plugin-dir /opt/crstream/plugins")
    {
        this.host = host;
        this.common = common;
        Options.Add(json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        using var engine = host.OpenEngine(parsed.GetValue(common.PluginDirectories)!);
        var parts = engine.Parts();
        if (parsed.GetValue(json))
        {
            host.Out.WriteLine(new JsonArray([.. parts.Select(part => new JsonObject
            {
                ["kind"] = part.Kind,
                ["name"] = part.Name,
                ["claim"] = part.Claim,
                ["provider"] = part.Provider,
                ["path"] = part.Path,
            })]).ToJsonString(JsonText.Style));
            return ExitCode.Done;
        }

        Columns.Write(host.Out, parts.Select(part => new[] { part.Kind, part.Name, part.Provider, part.Claim }));
        return ExitCode.Done;
    }
}
