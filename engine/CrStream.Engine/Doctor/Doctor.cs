namespace CrStream.Engine;

/// <summary>Asks what this kernel and these privileges allow. Changes nothing and touches no other process.</summary>
public static class Doctor
{
    /// <summary>All features, in an order for people.</summary>
    public static IReadOnlyList<Feature> Examine() =>
        [.. KernelFeatures.Examine(), .. PrivilegeFeatures.Examine(), .. CallFeatures.Examine(), .. ProcessorFeatures.Examine()];
}
