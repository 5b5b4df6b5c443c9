namespace CrStream.Engine.Tests.Format;

/// <summary>docs/image-format.md is normative, so its tables must be what the engine and the built-in handlers write.</summary>
public sealed class FormatPageTests
{
    [Fact]
    public async Task Tables_of_the_format_page_have_the_keys_that_an_image_of_a_real_process_has()
    {
        using var everything = new Everything();
        var seen = await everything.CheckpointAsync();
        var page = new FormatPage(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "image-format.md")));
        Assert.Equal(seen.Paths.Order(), page.Paths.Order());
        foreach (var path in seen.Paths)
        {
            var rows = page[path].Where(row => seen[path].ContainsKey(row.Key) || !everything.Missing.Contains($"{path}.{row.Key}")).ToList();
            Assert.Equal(seen[path].Keys.Order().Prepend(path), rows.Select(row => row.Key).Order().Prepend(path));
            foreach (var (key, kind) in rows)
            {
                Assert.True(kind.StartsWith(FormatPage.WordFor(seen[path][key]), StringComparison.Ordinal), $"{path}.{key} is {seen[path][key]}, and the page says {kind}");
            }
        }

        foreach (var (path, keys) in seen.Orders)
        {
            var order = page[path].Select(row => row.Key).ToList();
            Assert.True(keys.Select(key => order.IndexOf(key)).SequenceEqual(keys.Select(key => order.IndexOf(key)).Order()), $"{path} has its keys in another order: {string.Join(", ", keys)}");
        }
    }
}
