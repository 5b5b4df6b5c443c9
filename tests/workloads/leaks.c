// leaks DIRECTORY KIND: a process of which a stranger holds something too, by the kind that its second argument names. The stranger
// is no descendant of it, so a checkpoint has to find it by itself; its pid is in DIRECTORY/stranger. When it is gone nothing leaks.
#include <sys/shm.h>
#include <sys/socket.h>
#include "workload.h"

static const char *kind;
static pid_t self;
static int kept = -1; // the descriptor that the stranger keeps
static int pair[2] = { -1, -1 };
static char *memory;
static atomic_bool ready; // for a stranger in the same address space
static char stack[64 * KIB] __attribute__((aligned(16)));

static bool is(const char *name) { return !strcmp(kind, name); }

// Closes all descriptors but one.
static void close_others(void)
{
    if (kept > 0)
        close_range(0, kept - 1, 0);
    close_range(kept + 1, ~0U, 0);
}

static void stranger(void)
{
    char path[NAME_SIZE];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", self, pair[0]);
    if (is("reopened pipe") && (kept = open(path, O_RDONLY | O_NONBLOCK)) < 0)
        _exit(1);
    if (is("in flight"))
        dup2(pair[0], kept = 100);
    if (!is("files"))
        close_others();
    say("stranger.ready", "");
    for (;;)
        pause();
}

// In the address space of another process: no function here keeps anything in it.
static int stranger_inside(void *nothing)
{
    (void)nothing;
    syscall(SYS_close_range, 0, ~0U, 0);
    ready = true;
    for (;;)
        syscall(SYS_pause);
    return 0;
}

static pid_t start_stranger(unsigned long flags)
{
    // With CLONE_PARENT it is a sibling of this process.
    if (flags & CLONE_VM)
        return clone(stranger_inside, stack + sizeof stack, flags | CLONE_PARENT | SIGCHLD, NULL);
    pid_t pid = syscall(SYS_clone, flags | CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0)
        stranger();
    return pid;
}

// Hands a descriptor to a socket, where it stays.
static void send_file(int socket, int file)
{
    union { char bytes[CMSG_SPACE(sizeof file)]; struct cmsghdr head; } control = { .head = { CMSG_LEN(sizeof file), SOL_SOCKET, SCM_RIGHTS } };
    struct iovec text = { "x", 1 };
    struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    memcpy(CMSG_DATA(&control.head), &file, sizeof file);
    MUST(sendmsg(socket, &message, 0) == 1);
}

static void prepare(void)
{
    char path[NAME_SIZE], text[20];
    self = getpid();
    snprintf(path, sizeof path, "%s/file", directory);
    unsigned long flags = is("mm") ? CLONE_VM : is("sighand") ? CLONE_VM | CLONE_SIGHAND : is("files") ? CLONE_FILES : is("fs") ? CLONE_FS : 0;
    if (is("in flight"))
        MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    else if (is("pipe") || is("reopened pipe"))
        MUST(pipe(pair) == 0 && (kept = is("pipe") ? pair[1] : -1, true));
    else if (is("file"))
        MUST((kept = open(path, O_CREAT | O_RDWR, 0600)) >= 0 && dup(kept) >= 0);
    else if (is("shared memory"))
        MUST((memory = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) != MAP_FAILED && (*memory = 'x'));
    else if (is("segment")) {
        int id = shmget(IPC_PRIVATE, PAGE, 0600);
        MUST(id >= 0 && (memory = shmat(id, NULL, 0)) != (void *)-1 && (*memory = 'x'));
        snprintf(text, sizeof text, "%d", id);
        say("segment", text);
    } else if (is("pidfd"))
        MUST((kept = syscall(SYS_pidfd_open, getpid(), 0)) >= 0);
    pid_t pid = start_stranger(flags);
    MUST(pid > 0);
    for (int64_t limit = now() + patience; !(flags & CLONE_VM ? ready : asked_for("stranger.ready"));)
        MUST(now() < limit);
    if (is("in flight")) {
        MUST((kept = open(path, O_CREAT | O_RDWR, 0600)) >= 0);
        send_file(pair[1], kept);
        MUST(close(pair[0]) == 0 && close(pair[1]) == 0);
    }
    snprintf(text, sizeof text, "%d", pid);
    say("stranger", text);
}

static void check(void)
{
    EXPECT(kept < 0 || fcntl(kept, F_GETFD) >= 0, "the descriptor is gone");
    EXPECT(!memory || *memory == 'x', "the shared memory is gone");
}

static void spoil(int number) { (void)number; }

int main(int count, char **arguments)
{
    kind = count > 2 ? arguments[2] : "";
    return workload_main(count, arguments, 0);
}
