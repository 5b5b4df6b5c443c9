using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>
/// A memfd, made again. It is sealed as soon as its contents are in, except where writable mappings may exist in spite
/// of the seals (F_SEAL_FUTURE_WRITE): there it waits for the mappings.
/// </summary>
internal sealed class RestoredMemfd(MemfdRecord record, SafeFileHandle made, IKernel kernel) : RestoredContents(record.Attributes, made, kernel)
{
    private const int F_ADD_SEALS = 1033;

    public override string Description => $"the memfd {record.Name}";

    public override ValueTask CompleteAsync(CancellationToken cancellation)
    {
        if (Writable is not null)
        {
            Seal();
        }

        return ValueTask.CompletedTask;
    }

    protected override void Finish()
    {
        if (!record.SealsLast)
        {
            Seal();
        }
    }

    private void Seal()
    {
        using var file = TakeWritable();
        Kernel.Control(file, F_ADD_SEALS, record.Seals);
    }
}
