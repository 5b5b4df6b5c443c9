# Holds something of every kind that an image can say of one process, tells so in the file "ready", and sleeps.
import ctypes, fcntl, mmap, os, select, signal, struct, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_VMA, PR_SET_VMA_ANON_NAME, MADV_GUARD_INSTALL = 0x53564D41, 0, 102
F_SETOWN = 8
CLONE_FS, CLONE_NEWPID, CLONE_NEWUTS = 0x200, 0x20000000, 0x4000000
PR_SET_PDEATHSIG, SYS_exit = 1, 60

os.closerange(5, 4096)
if libc.unshare(CLONE_NEWUTS):
    sys.exit("unshare")

shared = mmap.mmap(-1, 8192, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
shared.write(b"shared")

named = mmap.mmap(-1, 3 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
address = ctypes.addressof(ctypes.c_char.from_buffer(named))

# What a kernel without CONFIG_ANON_VMA_NAME, or before 6.13, cannot have.
missing = []
if libc.prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, ctypes.c_ulong(address), ctypes.c_ulong(3 << 20), b"everything"):
    missing.append("mm.vmas.name")
if libc.madvise(ctypes.c_void_p(address + (1 << 20)), ctypes.c_size_t(4096), MADV_GUARD_INSTALL):
    missing.append("mm.vmas.guards")

appended = open("appended", "a")
fcntl.flock(appended, fcntl.LOCK_EX)
temporary = os.open(".", os.O_TMPFILE | os.O_RDWR)
os.mkdir("gone")
gone = os.open("gone", os.O_RDONLY)
os.rmdir("gone")
os.mkdir("elsewhere")
far = open("far", "w")
os.link("far", "elsewhere/far")
os.unlink("far")
os.mkfifo("fifo")
fifo_packets = os.open("fifo", os.O_RDWR)
fcntl.fcntl(fifo_packets, fcntl.F_SETFL, os.O_DIRECT)
os.write(fifo_packets, b"one packet")
os.unlink("fifo")
os.mkfifo("unwritten")
unwritten = os.open("unwritten", os.O_RDONLY | os.O_NONBLOCK)
# These outlive the process: the test removes them by their key.
key = 0x43530000 + os.getpid()
segment = libc.shmget(0, 4096, 0o1600)
libc.shmat.restype = ctypes.c_void_p
attached = libc.shmat(segment, None, 0)
libc.shmctl(segment, 11, None)
libc.shmctl(segment, 0, None)
semaphores = libc.semget(key, 1, 0o1600)
libc.semop(semaphores, b"\0\0\1\0\0\0", 1)
queue = libc.msgget(key, 0o1600)
libc.msgsnd(queue, b"\1\0\0\0\0\0\0\0message", 7, 0)
memory = os.memfd_create("everything")
generated = open("/proc/meminfo")
packets, writer = os.pipe2(os.O_DIRECT)
os.write(writer, b"one packet")
fcntl.fcntl(packets, F_SETOWN, os.getpid())
plain = os.pipe()
os.write(plain[1], b"bytes")

counter = os.eventfd(7)
CLOCK_MONOTONIC = 1
timer_file = libc.timerfd_create(CLOCK_MONOTONIC, 0)
libc.timerfd_settime(timer_file, 0, struct.pack("4q", 0, 0, 3600, 0), None)
libc.signalfd(-1, struct.pack("Q16Q", 1 << 9, *[0] * 16), 0)
watch = select.epoll()
watch.register(counter, select.EPOLLIN)
EPIOCSPARAMS = 0x40088A01
try:
    fcntl.ioctl(watch, EPIOCSPARAMS, struct.pack("IHBB", 10, 4, 1, 0))
except OSError:
    missing += ["org.crstream.epoll.busy_polling", "org.crstream.epoll.busy_polling.microseconds", "org.crstream.epoll.busy_polling.budget", "org.crstream.epoll.busy_polling.preferred"]
os.pidfd_open(os.getpid())
os.open("/proc/self/mem", os.O_RDONLY)
libc.inotify_add_watch(libc.inotify_init1(0), b"/", 0x400)
unlinked = open("unlinked", "w")
libc.inotify_add_watch(libc.inotify_init1(0), b"unlinked", 0x400)
FAN_MARK_ADD, AT_FDCWD, FAN_DELETE_SELF, FAN_REPORT_FID = 1, -100, 0x400, 0x200
group = libc.fanotify_init(FAN_REPORT_FID, 0)
for name in b"/", b"unlinked":
    if libc.fanotify_mark(group, FAN_MARK_ADD, ctypes.c_uint64(FAN_DELETE_SELF), AT_FDCWD, name):
        sys.exit("fanotify_mark")
os.unlink("unlinked")

# Shares pages with its parent copy-on-write, and ends with it.
if os.fork() == 0:
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.usleep(600 * 1000 * 1000)

if os.fork() == 0:
    threading.Thread(target=libc.usleep, args=(600 * 1000 * 1000,)).start()
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.syscall(SYS_exit, 7)

# Is traced, in a signal-delivery-stop.
traced = os.fork()
if traced == 0:
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.usleep(600 * 1000 * 1000)
PTRACE_ATTACH = 16
if libc.ptrace(PTRACE_ATTACH, traced, None, None):
    sys.exit("ptrace")
os.waitpid(traced, 0)

signal.signal(signal.SIGUSR1, lambda *_: None)
timer = ctypes.c_int()
if libc.timer_create(1, None, ctypes.byref(timer)):
    sys.exit("timer_create")

def sleep_elsewhere():
    if libc.unshare(CLONE_FS):
        sys.exit("unshare")
    unshared.set()
    time.sleep(600)

unshared = threading.Event()
threading.Thread(target=sleep_elsewhere, daemon=True).start()
unshared.wait()

# No thread can be made any more after this.
if libc.unshare(CLONE_NEWPID):
    sys.exit("unshare")
if os.fork() == 0:
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.usleep(600 * 1000 * 1000)
if os.fork() == 0:
    os._exit(7)
with open("ready.new", "w") as ready:
    ready.write("\n".join([str(os.getpid())] + missing))
os.rename("ready.new", "ready")
libc.usleep(600 * 1000 * 1000)
