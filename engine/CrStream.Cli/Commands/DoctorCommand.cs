using System.CommandLine;
using System.Text.Json.Nodes;
using CrStream.Engine;

namespace CrStream.Cli;

/// <summary><c>crstream doctor</c>: a line a feature, and what is missing without it.</summary>
internal sealed class DoctorCommand : ExampledCommand
{
    private readonly Host host;
    private readonly Option<bool> json = new("--json") { Description = "Print the list as JSON" };

    public DoctorCommand(Host host)
        : base("doctor", "Say what this kernel and these privileges allow", "crstream doctor", "crstream doctor --json | jq '.[] | select(.available | not)'")
    {
        this.host = host;
        Options.Add(json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var features = Doctor.Examine();
        if (parsed.GetValue(json))
        {
            host.Out.WriteLine(new JsonArray([.. features.Select(feature => new JsonObject
            {
                ["name"] = feature.Name,
                ["available"] = feature.Available,
                ["detail"] = feature.Detail,
                ["without"] = feature.Without,
            })]).ToJsonString(JsonText.Style));
            return ExitCode.Done;
        }

        Columns.Write(host.Out, features.Select(feature => new[]
        {
            feature.Available ? "ok" : "missing",
            feature.Name,
            feature.Available ? feature.Detail : $"{feature.Detail}; without it: {feature.Without}",
        }));
        return ExitCode.Done;
    }
}
