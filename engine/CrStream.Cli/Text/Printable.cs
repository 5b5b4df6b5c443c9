using System.Text;

namespace CrStream.Cli;

/// <summary>Makes text from a process or an image harmless for a terminal.</summary>
internal static class Printable
{
    /// <summary>The text with control characters, line breaks included, as escapes such as <c>\n</c> and <c>\x1b</c>.</summary>
    public static string Of(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => result.Append("\\n"),
                '\t' => result.Append("\\t"),
                _ when char.IsControl(c) => result.Append($"\\x{(int)c:x2}"),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }
}
