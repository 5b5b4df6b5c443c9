using System.Globalization;
using System.Text.RegularExpressions;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.TaskMemory;

/// <summary>
/// Carries /proc/PID/mem and /proc/PID/task/TID/mem of tasks inside the tree, through which debuggers read and write: by
/// the task's id. The file stands for the address space that the task has at the restore.
/// </summary>
public sealed partial class TaskMemoryHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.task-memory");

    /// <inheritdoc/>
    public string Name => "task-memory";

    /// <inheritdoc/>
    public string Claim => "memory of tasks of the tree (/proc/PID/mem)";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Status.FileSystem == FileSystemMagic.PROC_SUPER_MAGIC && Path().IsMatch(file.Link);

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var match = Path().Match(file.Link);
        var task = int.Parse(match.Groups["task"].Success ? match.Groups["task"].Value : match.Groups["process"].Value, CultureInfo.InvariantCulture);
        return context.IsInside(task)
            ? new NamelessFile(Type, $"the memory of task {task} at {file.Where}", () => new() { ["task"] = task })
            : throw new DeniedException($"{file.Where} ({file.Link}) cannot be carried: it is the memory of task {task}, which is outside the tree", "let the program close it, or checkpoint the tree that holds both");
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) =>
        new RestoredTaskMemory(fields.Int32("task") is > 0 and var task ? task : throw new FieldException("task", "is not above zero"));

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) =>
        context.Kernel.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{((RestoredTaskMemory)behind).Task}/mem"), state.Flags & FileFlags.O_ACCMODE);

    [GeneratedRegex("^/proc/(?<process>[0-9]+)(/task/(?<task>[0-9]+))?/mem$", RegexOptions.ExplicitCapture)]
    private static partial Regex Path();
}
