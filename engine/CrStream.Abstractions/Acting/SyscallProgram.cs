using System.Buffers.Binary;

namespace CrStream.Abstractions;

/// <summary>
/// A list of system calls to be run inside a task in one go, where an argument may be the result of an earlier call or
/// the address of a buffer in the task. Only describes the calls; <see cref="ITask.Run"/> runs them. One program costs
/// one round trip (some 25 µs) and 0.4 µs a call, so put everything that can go together into one.
/// </summary>
public sealed class SyscallProgram
{
    private readonly List<SyscallEntry> entries = [];
    private readonly List<byte> data = [];
    private readonly List<SyscallPointer> pointers = [];

    /// <summary>The calls in their order.</summary>
    public IReadOnlyList<SyscallEntry> Entries => entries;

    /// <summary>The initial bytes of all buffers, one behind the other.</summary>
    public ReadOnlyMemory<byte> Data => data.ToArray();

    /// <summary>Where the buffers hold addresses of one another.</summary>
    public IReadOnlyList<SyscallPointer> Pointers => pointers;

    /// <summary>How many bytes all buffers have.</summary>
    public int DataLength => data.Count;

    /// <summary>Appends a call whose failure ends the program; the calls behind it are not made.</summary>
    public SyscallResult Call(SystemCall call, params ReadOnlySpan<SyscallArgument> arguments) => Append(call, arguments, SyscallOnError.Stop);

    /// <summary>Appends a call that may fail: the program goes on, and the caller looks at the result.</summary>
    public SyscallResult Try(SystemCall call, params ReadOnlySpan<SyscallArgument> arguments) => Append(call, arguments, SyscallOnError.Continue);

    /// <summary>Sets bytes aside in the task, zeroed, aligned to 8; their address can be an argument.</summary>
    public SyscallBuffer Reserve(int length) => Store(new byte[length]);

    /// <summary>Puts bytes into the task, aligned to 8; their address can be an argument.</summary>
    public SyscallBuffer Store(ReadOnlySpan<byte> bytes)
    {
        data.AddRange(new byte[-data.Count & 7]);
        var buffer = new SyscallBuffer(data.Count, bytes.Length);
        data.AddRange(bytes);
        return buffer;
    }

    /// <summary>Makes a structure point to a buffer: its address in the task is put at a place in another one.</summary>
    /// <param name="buffer">The structure.</param>
    /// <param name="offset">Where in it, in bytes.</param>
    /// <param name="target">What it points to.</param>
    public void Point(SyscallBuffer buffer, int offset, SyscallBuffer target) => pointers.Add(new(buffer.Offset + offset, target.Offset));

    /// <summary>Puts a text into the task, as UTF-8 with a zero byte behind it.</summary>
    public SyscallBuffer Store(string text)
    {
        var bytes = new byte[System.Text.Encoding.UTF8.GetByteCount(text) + 1];
        System.Text.Encoding.UTF8.GetBytes(text, bytes);
        return Store(bytes);
    }

    /// <summary>Puts 64-bit little-endian numbers into the task: most kernel structures are made of them.</summary>
    public SyscallBuffer Store64(params ReadOnlySpan<ulong> numbers)
    {
        var bytes = new byte[numbers.Length * 8];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), numbers[i]);
        }

        return Store(bytes);
    }

    private SyscallResult Append(SystemCall call, ReadOnlySpan<SyscallArgument> arguments, SyscallOnError onError)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arguments.Length, 6);
        entries.Add(new(call, arguments.ToArray(), onError));
        return new(entries.Count - 1);
    }
}
