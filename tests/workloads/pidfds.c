// Files that stand for processes: of oneself, of a child that runs, of a zombie. They go on standing for the same ones.
#include <poll.h>
#include <sys/epoll.h>
#include "workload.h"

enum { SELF, CHILD, ZOMBIE, FILES };
static int files[FILES], watch;
static pid_t pids[FILES];

static bool has_ended(int file) { return poll(&(struct pollfd) { file, POLLIN, 0 }, 1, 0) == 1; }

static void prepare(void)
{
    pids[SELF] = getpid();
    for (int i = CHILD; i < FILES; i++) {
        MUST((pids[i] = fork()) >= 0);
        if (pids[i] == 0) {
            while (i == CHILD && !asked_for("verdict") && !asked_for("stop"))
                rest(20 * MILLISECOND);
            _exit(40 + i);
        }
    }
    for (int i = 0; i < FILES; i++)
        MUST((files[i] = syscall(SYS_pidfd_open, pids[i], i == CHILD ? O_NONBLOCK : i == SELF ? O_EXCL : 0)) >= 0);
    MUST(poll(&(struct pollfd) { files[ZOMBIE], POLLIN, 0 }, 1, 10000) == 1);
    MUST((watch = epoll_create1(0)) >= 0);
    for (int i = 0; i < FILES; i++)
        MUST(epoll_ctl(watch, EPOLL_CTL_ADD, files[i], &(struct epoll_event) { EPOLLIN, { .u64 = i } }) == 0);
}

static void check(void)
{
    struct epoll_event events[FILES];
    siginfo_t info = { 0 };
    for (int i = 0; i < FILES; i++) {
        char path[40], value[20];
        snprintf(path, sizeof path, "/proc/self/fdinfo/%d", files[i]);
        char *text = read_file(path, NULL);
        line_of(text, "Pid:\t", value, sizeof value);
        free(text);
        EXPECT(atoi(value) == pids[i], "file %d stands for %s, not %d", i, value, pids[i]);
        EXPECT(has_ended(files[i]) == (i == ZOMBIE), "file %d is %sreadable", i, i == ZOMBIE ? "not " : "");
    }
    EXPECT(syscall(SYS_pidfd_send_signal, files[CHILD], 0, NULL, 0) == 0, "the child gets no signal");
    EXPECT((fcntl(files[CHILD], F_GETFL) & O_NONBLOCK) && (fcntl(files[SELF], F_GETFL) & O_EXCL), "the flags changed");
    EXPECT(epoll_wait(watch, events, FILES, 0) == 1 && events->data.u64 == ZOMBIE, "the instance does not tell of the zombie alone");
    EXPECT(waitid(P_PIDFD, files[ZOMBIE], &info, WEXITED | WNOWAIT) == 0 && info.si_status == 40 + ZOMBIE, "the zombie's status is %d", info.si_status);
    EXPECT(waitid(P_PIDFD, files[CHILD], &info, WEXITED) == -1 && errno == EAGAIN, "the child has ended");
}

static void spoil(int number)
{
    if (number == 1)
        MUST(kill(pids[CHILD], SIGKILL) == 0 && poll(&(struct pollfd) { files[CHILD], POLLIN, 0 }, 1, 10000) == 1);
    else if (number == 2)
        MUST(waitpid(pids[ZOMBIE], NULL, 0) == pids[ZOMBIE]);
    else
        MUST(dup2(files[SELF], files[CHILD]) == files[CHILD]);
}

WORKLOAD(3)
