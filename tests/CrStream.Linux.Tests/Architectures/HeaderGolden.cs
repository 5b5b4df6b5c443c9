using System.Globalization;
using System.Text;
using CrStream.Linux.Tests.Acting;

namespace CrStream.Linux.Tests.Architectures;

/// <summary>What the C compiler makes of expressions, with the headers of kernel and C library.</summary>
internal static class HeaderGolden
{
    public static Dictionary<string, long> Of(string head, IEnumerable<(string Name, string Expression)> values)
    {
        var folder = Directory.CreateTempSubdirectory("crstream-golden");
        try
        {
            var (source, program, output) = (Path.Combine(folder.FullName, "golden.c"), Path.Combine(folder.FullName, "golden"), Path.Combine(folder.FullName, "output"));
            var text = new StringBuilder("#define _GNU_SOURCE\n#include <stdio.h>\n#include <stddef.h>\n").Append(head);
            text.Append("\nint main(int count, char **arguments) { FILE *out = fopen(arguments[1], \"w\");\n");
            foreach (var (name, expression) in values)
            {
                text.Append(CultureInfo.InvariantCulture, $"fprintf(out, \"{name} %lld\\n\", (long long)({expression}));\n");
            }

            File.WriteAllText(source, text.Append("return fclose(out); }\n").ToString());
            Launch.Run("gcc", "-o", program, source);
            Launch.Run(program, output);
            return File.ReadLines(output).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
