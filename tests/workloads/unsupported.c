// unsupported DIRECTORY KIND: holds something that a checkpoint has to deny by name, and is unharmed by the denial.
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <linux/userfaultfd.h>
#include <sys/sem.h>
#include "workload.h"

static const char *kind;
static int descriptor = -1, pair[2];

static int semaphores = -1;
static void remove_semaphores(void) { semctl(semaphores, 0, IPC_RMID); }

static bool is(const char *name) { return !strcmp(kind, name); }

static pid_t tracee;

static pid_t start_tracee(void (*live)(void))
{
    pid_t child = fork();
    if (child == 0) {
        MUST(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 && raise(SIGSTOP) == 0);
        live();
        _exit(0);
    }
    return child > 0 && waitpid(child, NULL, 0) == child ? child : -1;
}

static void do_nothing(void) { }
static void make_child(void) { fork(); }
static void trace_child(void) { MUST(start_tracee(do_nothing) > 0 && raise(SIGSTOP) == 0); }

// A child that stands for its tracer where it cannot be brought to again.
static bool trace(void)
{
    int status, request = is("traced emulation") ? PTRACE_SYSEMU : PTRACE_CONT;
    tracee = start_tracee(is("traced event") ? make_child : is("traced tracer") ? trace_child : do_nothing);
    return tracee > 0 && ptrace(PTRACE_SETOPTIONS, tracee, 0, is("traced event") ? PTRACE_O_TRACEFORK : 0) == 0
        && ptrace(request, tracee, 0, 0) == 0 && waitpid(tracee, &status, 0) == tracee && WIFSTOPPED(status);
}

static void prepare(void)
{
    if (is("inotify")) // has an event that was not read
        MUST((descriptor = inotify_init()) >= 0 && inotify_add_watch(descriptor, directory, IN_CREATE) > 0);
    else if (is("io_uring"))
        MUST((descriptor = syscall(SYS_io_uring_setup, 8, (char[120]) { 0 })) >= 0);
    else if (is("aio")) {
        static unsigned long context;
        MUST(syscall(SYS_io_setup, 100, &context) == 0);
        descriptor = 0;
    } else if (is("socket"))
        MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && (descriptor = pair[0]) >= 0);
    else if (is("userfaultfd")) {
        struct uffdio_api api = { .api = UFFD_API };
        MUST((descriptor = syscall(SYS_userfaultfd, O_CLOEXEC)) >= 0 && ioctl(descriptor, UFFDIO_API, &api) == 0);
    } else if (is("mixed pipe")) { // holds packets and plain bytes
        MUST(pipe2(pair, O_DIRECT) == 0 && write(pair[1], "packet", 6) == 6);
        MUST(fcntl(pair[1], F_SETFL, 0) == 0 && write(pair[1], "bytes", 5) == 5);
        descriptor = pair[0];
    } else if (is("pipe") || is("deleted file")) { // held by another process, too, which nobody asked to checkpoint
        pid_t child;
        if (is("pipe"))
            MUST(pipe(pair) == 0);
        else {
            char path[NAME_SIZE];
            snprintf(path, sizeof path, "%s/gone", directory);
            MUST((pair[0] = open(path, O_RDWR | O_CREAT, 0600)) >= 0 && (pair[1] = open(path, O_RDWR)) >= 0 && unlink(path) == 0);
        }
        MUST((child = fork()) >= 0);
        if (child == 0) {
            close_range(0, 2, 0);
            close(pair[0]);
            if (fork() == 0)
                while (!asked_for("check") && !asked_for("stop"))
                    rest(20 * MILLISECOND);
            _exit(0);
        }
        MUST(waitpid(child, NULL, 0) == child && close(pair[1]) == 0);
        descriptor = pair[0];
    }
    else if (is("semaphore adjustment")) {
        int set = semget(IPC_PRIVATE, 1, 0600);
        struct sembuf up = { 0, 1, SEM_UNDO };
        MUST(set >= 0 && semop(set, &up, 1) == 0 && (descriptor = open("/", O_PATH)) >= 0);
        semaphores = set;
        atexit(remove_semaphores);
    }
    else if (!strncmp(kind, "traced ", 7))
        MUST((descriptor = open("/", O_PATH)) >= 0 && trace());
    MUST(descriptor >= 0);
}

static void check(void)
{
    EXPECT(fcntl(descriptor, F_GETFD) >= 0, "the descriptor is gone");
    char text[12];
    EXPECT(!tracee || ptrace(PTRACE_GETEVENTMSG, tracee, 0, text) == 0, "the tracee has left its stop");
    EXPECT(!is("mixed pipe") || (read(descriptor, text, 12) == 6 && read(descriptor, text, 12) == 5), "the pipe's content changed");
}

static void spoil(int number) { (void)number; }

int main(int count, char **arguments)
{
    kind = count > 2 ? arguments[2] : "";
    return workload_main(count, arguments, 0);
}
