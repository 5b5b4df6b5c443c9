using System.Globalization;
using System.IO.MemoryMappedFiles;
using CrStream.Abstractions;
using CrStream.Linux.Acting;
using CrStream.Linux.Ptrace;

// A tracer that is there to be killed: it freezes a process, runs programs in each of its threads and lets it go, again
// and again. It counts its rounds in a file: TracerVictim PID FILE
var pid = int.Parse(args[0], CultureInfo.InvariantCulture);
using var file = MemoryMappedFile.CreateFromFile(args[1], FileMode.Open);
using var rounds = file.CreateViewAccessor();
using var tracer = new TracerThread();
await tracer.Run(() =>
{
    for (var round = 1; ; round++)
    {
        var process = FrozenProcess.Freeze(pid, TimeSpan.FromSeconds(20));
        foreach (var task in process.Tasks)
        {
            var program = new SyscallProgram();
            var area = program.Call(SystemCall.mmap, 0, 4096, 3, 0x22, -1, 0);
            program.Call(SystemCall.getcwd, area, 4096);
            program.Call(SystemCall.munmap, area, 4096);
            task.Run(program);
            task.Run(program);
        }

        process.Thaw();
        rounds.Write(0, round);
    }
});
