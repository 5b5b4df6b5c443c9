namespace CrStream.Linux.Memory;

/// <summary>
/// Which pages a scan is about. A page is given when, after the categories in <paramref name="Inverted"/> have been
/// negated, it has all of <paramref name="All"/> and, unless that is empty, one of <paramref name="Any"/>.
/// </summary>
/// <param name="Return">The categories that the regions are told apart by.</param>
/// <param name="All">category_mask.</param>
/// <param name="Any">category_anyof_mask.</param>
/// <param name="Inverted">category_inverted.</param>
public readonly record struct PageQuery(
    PageCategories Return, PageCategories All = PageCategories.None, PageCategories Any = PageCategories.None, PageCategories Inverted = PageCategories.None)
{
    internal PageCategories Used => Return | All | Any | Inverted;

    internal bool Matches(PageCategories page)
    {
        var seen = page ^ Inverted;
        return (seen & All) == All && (Any == PageCategories.None || (seen & Any) != 0);
    }
}
