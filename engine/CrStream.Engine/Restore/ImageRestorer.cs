using CrStream.Abstractions;
using CrStream.Engine.Environment;
using CrStream.Engine.Files;
using CrStream.Engine.FileSystem;
using CrStream.Engine.Memory;
using CrStream.Engine.Namespaces;
using CrStream.Engine.Plugins;
using CrStream.Engine.Signals;
using CrStream.Engine.ThreadGroups;
using CrStream.Engine.Tree;
using CrStream.Image;

namespace CrStream.Engine.Restore;

/// <summary>
/// Acts on an image's objects as they arrive: opens files, makes the process when its address space comes, and fills in
/// pages. When it ends, everything stands ready and stopped, and the image has been verified to its last byte.
/// </summary>
internal sealed class ImageRestorer(RestoreRequest request, PluginCatalog catalog, RestoreContext context, TreeBuilder builder)
{
    private readonly FileRestorer files = new(context, made => context.HandlerOf(made) as IFileHandler);
    private readonly PageFilling filling = new();
    private readonly List<TaskPlan> tasks = [];
    private TreeState? tree;

    /// <summary>The tree object.</summary>
    public TreeState Tree => tree ?? throw new RestoreException("the image has no tree object", "it is no image of crstream's");

    /// <summary>The tasks, in their order.</summary>
    public IReadOnlyList<TaskPlan> Tasks => tasks;

    /// <summary>Reads the whole image.</summary>
    /// <returns>The bare image's length in bytes.</returns>
    public async Task<long> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        using var reader = new ImageReader(stream);
        var header = await reader.ReadHeaderAsync(cancellation);
        try
        {
            MachineEnvironment.Current.Require(header, request.ForceKernel);
        }
        catch (FieldException invalid)
        {
            throw new ImageException(0, $"the header's environment: {invalid.Message}", cause: invalid);
        }

        try
        {
            await RestoreAllAsync(reader, cancellation);
        }
        finally
        {
            await filling.StopAsync();
        }

        return reader.Position;
    }

    private async Task RestoreAllAsync(ImageReader reader, CancellationToken cancellation)
    {
        while (await reader.ReadAsync(cancellation) is { } next)
        {
            try
            {
                await RestoreAsync(next, cancellation);
            }
            catch (FieldException invalid)
            {
                throw new ImageException(next.Offset, $"the {next.Type.Name} object{(next is FieldsObject named ? $" with id {named.Id}" : "")}: {invalid.Message}", cause: invalid);
            }

            request.Progress?.Report(new("read", reader.Position, 0));
        }

        await filling.DrainAsync();
    }

    private async ValueTask RestoreAsync(ImageObject next, CancellationToken cancellation)
    {
        if (next is PagesObject { Owner: var owner, Address: var address, Bytes: var bytes } && Owner(owner, next) is RestoredMm mm)
        {
            await filling.SendAsync(mm, address, bytes);
            return;
        }

        await filling.DrainAsync();
        switch (next)
        {
            case TypeDeclaration declaration:
                RequireHandler(declaration);
                break;
            case PagesObject pages:
                await builder.RunAsync(() => Owner(pages.Owner, next).WritePages(pages.Address, pages.Bytes.Span), cancellation);
                break;
            case DataObject data:
                Owner(data.Owner, next).WriteData(data.ContentOffset, data.Bytes.Span);
                break;
            case FieldsObject fields when tree is null:
                tree = fields.Type == CoreTypes.Tree ? TreeRelations.Resolve(TreeState.From(fields.Fields)) : throw new ImageException(next.Offset, $"the first object is of type {fields.Type.Name}, not tree");
                await builder.RequireFreeIdsAsync(tree, cancellation);
                break;
            case FieldsObject fields when CoreTypes.NumberOf(fields.Type) is null:
                var handler = catalog.HandlerFor(fields.Type.Name)!.Value.Handler;
                context.Add(fields.Id, handler.Restore(fields.Type, fields.Fields, context), handler);
                break;
            case FieldsObject fields:
                await RestoreCoreAsync(fields, cancellation);
                break;
            default:
                throw new ImageException(next.Offset, $"an object of type {next.Type.Name} is not known");
        }
    }

    private async ValueTask RestoreCoreAsync(FieldsObject next, CancellationToken cancellation)
    {
        var (id, fields) = (next.Id, next.Fields);
        if (next.Type == CoreTypes.File)
        {
            context.Add(id, files.Restore(fields));
        }
        else if (next.Type == CoreTypes.Mm)
        {
            var mm = new RestoredMm(MmState.From(fields));
            context.Add(id, mm);
            await builder.CreateAsync(Tree, mm, mm.State.Base == 0 ? null : context.Get<RestoredMm>(mm.State.Base), context.Get<RestoredFile>, cancellation);
        }
        else if (next.Type == CoreTypes.Files)
        {
            context.Add(id, new RestoredRecord<DescriptorTable>("the descriptor table", DescriptorTable.From(fields)));
        }
        else if (next.Type == CoreTypes.Fs)
        {
            context.Add(id, new RestoredRecord<FsState>("the working directory", FsState.From(fields)));
        }
        else if (next.Type == CoreTypes.Sighand)
        {
            context.Add(id, new RestoredRecord<SigHandState>("the signal actions", SigHandState.From(fields)));
        }
        else if (next.Type == CoreTypes.ThreadGroup)
        {
            context.Add(id, new RestoredRecord<ThreadGroupState>("the process", ThreadGroupState.From(fields)));
        }
        else if (next.Type == CoreTypes.Namespace)
        {
            context.Add(id, RestoredNamespace.Create(NamespaceState.From(fields)));
        }
        else if (next.Type == CoreTypes.Task)
        {
            tasks.Add(TaskPlan.From(fields));
        }
        else
        {
            throw new ImageException(next.Offset, $"an object of type {next.Type.Name} has no place here");
        }
    }

    private void RequireHandler(TypeDeclaration declaration)
    {
        if (catalog.HandlerFor(declaration.Declared.Name) is not { } found)
        {
            throw new RestoreException(
                $"the image has objects of type {declaration.Declared.Name}, which no loaded handler restores",
                $"load the plugin {declaration.Provider} with --plugin-dir");
        }

        if (!found.Handler.ObjectTypes.Contains(declaration.Declared))
        {
            throw new RestoreException(
                $"the image has objects of type {declaration.Declared.Name} in version {declaration.Declared.Version}, which {found.Plugin.Provider} does not restore",
                $"load the plugin {declaration.Provider} with --plugin-dir");
        }
    }

    private RestoredObject Owner(ulong id, ImageObject next) =>
        context.Find(id) ?? throw new ImageException(next.Offset, $"object {id} takes no contents");
}
