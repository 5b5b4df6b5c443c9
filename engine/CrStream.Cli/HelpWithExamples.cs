using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CrStream.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal abstract class ExampledCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Lines that can be typed.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>The usual help, with the command's examples behind it.</summary>
internal sealed class HelpWithExamples(HelpAction usual, TextWriter output) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ExampledCommand { Examples: var examples })
        {
            output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        return code;
    }
}
