using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Dataflow;
using CrStream.Abstractions;

namespace CrStream.Engine.Restore;

/// <summary>
/// Fills pages into address spaces side by side, while the next ones are read and hashed: most of a restore's time goes
/// into the page faults of the tasks that are filled.
/// </summary>
/// <remarks>
/// Pages are of no order among themselves, since no page comes twice in one address space. Whatever else is done to the
/// tasks waits with <see cref="DrainAsync"/> for the pages before it. Who sends waits when enough pages are on their
/// way, and the fillers wait for the kernel alone.
/// </remarks>
internal sealed class PageFilling
{
    /// <summary>Two fillers do half as much again as one, where the processors are two threads of one core.</summary>
    private static readonly int Fillers = Math.Min(2, System.Environment.ProcessorCount);

    private ActionBlock<Batch>? fillers;

    /// <summary>Takes a copy of the pages, to be filled in later.</summary>
    /// <exception cref="Exception">What an earlier batch failed with.</exception>
    public async ValueTask SendAsync(RestoredObject owner, ulong address, ReadOnlyMemory<byte> pages)
    {
        fillers ??= new(Fill, new() { MaxDegreeOfParallelism = Fillers, BoundedCapacity = 2 * Fillers, EnsureOrdered = false, SingleProducerConstrained = true });
        var batch = new Batch(owner, address, Block.Copy(pages.Span));
        if (!await fillers.SendAsync(batch))
        {
            batch.Pages.Dispose();
            await DrainAsync();
        }
    }

    /// <summary>Waits until all pages are in.</summary>
    /// <exception cref="Exception">What a batch failed with.</exception>
    public async ValueTask DrainAsync()
    {
        if (fillers is { } filled)
        {
            fillers = null;
            filled.Complete();
            try
            {
                await filled.Completion;
            }
            catch (Exception failure)
            {
                ExceptionDispatchInfo.Throw(StageGraph.Unwrap(filled.Completion.Exception ?? failure));
            }
        }
    }

    /// <summary>Waits until no page is being filled in any more, whatever became of them.</summary>
    public async ValueTask StopAsync()
    {
        if (fillers is { } stopped)
        {
            stopped.Complete();
            await stopped.Completion.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static void Fill(Batch batch)
    {
        using (batch.Pages)
        {
            batch.Owner.WritePages(batch.Address, batch.Pages.Bytes.Span);
        }
    }

    private readonly record struct Batch(RestoredObject Owner, ulong Address, Block Pages);
}
