using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>The keys of the tables that the envelope itself fixes.</summary>
internal static class FieldsKeys
{
    /// <summary>Makes sure that a payload begins with some keys, in their order.</summary>
    /// <exception cref="FieldException">One of them is missing or elsewhere.</exception>
    public static void RequireFirstKeys(this Fields fields, params ReadOnlySpan<string> keys)
    {
        using var found = fields.GetEnumerator();
        foreach (var key in keys)
        {
            if (!found.MoveNext() || found.Current.Key != key)
            {
                throw new FieldException(key, fields.Find(key) is null ? "is missing" : "is out of order");
            }
        }
    }

    /// <summary>Makes sure that a payload has some keys, in their order, and no others.</summary>
    /// <exception cref="FieldException">One is missing or elsewhere, or there is one more.</exception>
    public static void RequireKeys(this Fields fields, params ReadOnlySpan<string> keys)
    {
        fields.RequireFirstKeys(keys);
        if (fields.Count > keys.Length)
        {
            throw new FieldException(fields.ElementAt(keys.Length).Key, "does not belong there");
        }
    }
}
