// A tree of processes: children by fork with pipes to the parent, shared memory, a session of its own, a process group, a grandchild, a zombie.
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "workload.h"

static int ends[2][2], back[2];
static pid_t child, grandchild, leader, zombie, killed;
static volatile long *shared;

// Counts as long as its parent lives.
static void count(int which)
{
    for (pid_t parent = getppid(); getppid() == parent; usleep(1000))
        shared[which]++;
    _exit(0);
}

static void prepare(void)
{
    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(pipe(ends[0]) == 0 && pipe(ends[1]) == 0 && pipe(back) == 0);
    if (!(child = fork())) {
        MUST(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && setpgid(0, 0) == 0);
        if (!(grandchild = fork()))
            count(1);
        MUST(write(back[1], &grandchild, sizeof grandchild) == sizeof grandchild);
        for (char c; read(ends[0][0], &c, 1) == 1;) {
            c++;
            MUST(write(ends[1][1], &c, 1) == 1);
        }
        _exit(3);
    }
    MUST(read(back[0], &grandchild, sizeof grandchild) == sizeof grandchild);
    if (!(leader = fork())) {
        setsid();
        count(2);
    }
    if (!(zombie = fork()))
        _exit(42);
    if (!(killed = fork()))
        raise(SIGKILL);
    siginfo_t info;
    MUST(waitid(P_PID, zombie, &info, WEXITED | WNOWAIT) == 0 && waitid(P_PID, killed, &info, WEXITED | WNOWAIT) == 0);
}

static void check(void)
{
    siginfo_t info = { 0 };
    char c = 'a';
    bool answers = write(ends[0][1], &c, 1) == 1 && poll(&(struct pollfd) { ends[1][0], POLLIN, 0 }, 1, 5000) == 1 && read(ends[1][0], &c, 1) == 1;
    EXPECT(answers && c == 'b', "the child answered %c", c);
    EXPECT(waitid(P_PID, child, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid == 0, "the child has ended, or is no child");
    long one = shared[1], two = shared[2];
    rest(300 * MILLISECOND);
    EXPECT(shared[1] > one && shared[2] > two, "shared memory: %ld to %ld, %ld to %ld", one, shared[1], two, shared[2]);
    EXPECT(getpgid(child) == child && getpgid(grandchild) == child && getsid(child) == getsid(0), "groups: %d %d", getpgid(child), getpgid(grandchild));
    EXPECT(getsid(leader) == leader && getpgid(leader) == leader, "session %d", getsid(leader));
    EXPECT(waitid(P_PID, zombie, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid == zombie && info.si_code == CLD_EXITED && info.si_status == 42, "zombie: %d %d %d", info.si_pid, info.si_code, info.si_status);
    info.si_pid = 0;
    EXPECT(waitid(P_PID, killed, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid == killed && info.si_code == CLD_KILLED && info.si_status == 9, "killed: %d %d %d", info.si_pid, info.si_code, info.si_status);
}

static void spoil(int number)
{
    if (number == 1)
        MUST(kill(child, SIGKILL) == 0);
}

WORKLOAD(1)
