using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using CrStream.Engine;
using CrStream.Engine.References;

namespace CrStream.Cli;

/// <summary>
/// Options that the command only hands on, to handlers and stores, under their names without the dashes; and
/// <c>--set NAME=VALUE</c>, for those that it does not know.
/// </summary>
internal sealed partial class Settable
{
    private readonly List<Option<string[]>> options = [];

    private readonly Option<string[]> set = new("--set")
    {
        Description = "An option of a plugin; several may be given",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    public Settable() => set.Validators.Add(Matching(Assignment(), "--set takes NAME=VALUE"));

    /// <summary>The options that let files come from outside.</summary>
    public Settable ExternalAtCheckpoint() => Add("--inherit-fd", "N[-M]", "A descriptor of the root, or a range of them, that comes from outside and is given again at restore; several may be given", Matching(Inherited(), "--inherit-fd takes a descriptor or a range"))
        .Add("--external", "fd[PID:FD]=KEY", "Any process's descriptor that comes from outside and is given at restore under a key; several may be given", Matching(External(), "--external takes fd[PID:FD]=KEY"));

    /// <summary>The options that supply files from outside.</summary>
    public Settable ExternalAtRestore() => Add("--inherit-fd", "N[-M]|N=M", "Gives the root the command's descriptor N, or M, as its descriptor N; several may be given", Matching(Supplied(), "--inherit-fd takes N, N-M or N=M, numbers"))
        .Add("--external", "KEY=fd[N]|PATH", "Supplies what was left out under a key: the command's descriptor N, or a file; several may be given", Matching(ExternalSupply(), "--external takes KEY=fd[N] or KEY=PATH"));

    /// <summary>An option <c>--allow-changed-file</c>.</summary>
    public Settable AllowChangedFile() => Add("--allow-changed-file", "PATTERN", "Lets files pass that are not what they were, such as '/var/log/*'; several may be given", null);

    /// <summary>An option <c>--allow-leak</c> that takes a kind of object.</summary>
    public Settable AllowLeak()
    {
        Add("--allow-leak", "KIND", $"Lets objects be held from outside as well, and gives the restored tree its own: {string.Join(", ", LeakKind.All.Select(kind => kind.Name))}; several may be given", RequireKind);
        options[^1].CompletionSources.Add([.. LeakKind.All.Select(kind => kind.Name)]);
        return this;
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        options.ForEach(command.Options.Add);
        command.Options.Add(set);
    }

    /// <summary>What was given.</summary>
    public Settings Read(ParseResult parsed)
    {
        var values = options.ToDictionary(option => option.Name.TrimStart('-'), option => parsed.GetValue(option)!.ToList());
        foreach (var assignment in parsed.GetValue(set)!)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            var name = assignment[..equals];
            if (!values.TryGetValue(name, out var all))
            {
                values[name] = all = [];
            }

            all.Add(assignment[(equals + 1)..]);
        }

        return new Settings(values.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value));
    }

    private Settable Add(string name, string value, string description, Action<OptionResult>? validator)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = value, DefaultValueFactory = _ => [] };
        if (validator is not null)
        {
            option.Validators.Add(validator);
        }

        options.Add(option);
        return this;
    }

    private static void RequireKind(OptionResult result)
    {
        if (result.Tokens.FirstOrDefault(token => LeakKind.All.All(kind => kind.Name != token.Value)) is { } unknown)
        {
            result.AddError($"--allow-leak takes a kind, one of {string.Join(", ", LeakKind.All.Select(kind => kind.Name))}, not \"{unknown.Value}\"");
        }
    }

    private static Action<OptionResult> Matching(Regex pattern, string otherwise) => result =>
    {
        if (result.Tokens.FirstOrDefault(token => !pattern.IsMatch(token.Value)) is { } wrong)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{otherwise}, not \"{wrong.Value}\""));
        }
    };

    [GeneratedRegex(@"^[0-9]{1,7}(-[0-9]{1,7})?\z")]
    private static partial Regex Inherited();

    [GeneratedRegex(@"^[0-9]{1,7}([-=][0-9]{1,7})?\z")]
    private static partial Regex Supplied();

    [GeneratedRegex(@"^fd\[([0-9]{1,7}:)?[0-9]{1,7}\]=[^=]+\z")]
    private static partial Regex External();

    [GeneratedRegex(@"^[^=]+=.")]
    private static partial Regex ExternalSupply();

    [GeneratedRegex(@"^[a-z][a-z0-9-]*=")]
    private static partial Regex Assignment();
}
