// A child that traces its parent, which runs, and a sibling, which it holds.
#include <sys/ptrace.h>
#include "workload.h"

static volatile struct { long asked, answered, wrong, count; } *shared;
static volatile long secret, written;
static pid_t parent, sibling, tracer;

// Waits for the stop that was asked for, and lets others pass as a tracer does.
static bool stopped(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
        if (status >> 16)
            return true;
        ptrace(PTRACE_CONT, pid, 0, WSTOPSIG(status));
    }
    return false;
}

// Each answer needs the parent to be interrupted, read, written and let go on, and the sibling to count and be held again.
static void trace(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    shared->wrong = ptrace(PTRACE_SEIZE, parent, 0, 0) || ptrace(PTRACE_SEIZE, sibling, 0, 0) || ptrace(PTRACE_INTERRUPT, sibling, 0, 0) || !stopped(sibling);
    for (long answer = 1;; answer++) {
        while (shared->asked < answer && !shared->wrong)
            usleep(1000);
        if (answer > 1 || shared->wrong) {
            long count = shared->count;
            shared->wrong |= (ptrace(PTRACE_INTERRUPT, parent, 0, 0) || !stopped(parent)) << 1;
            shared->wrong |= (ptrace(PTRACE_PEEKDATA, parent, &secret, 0) != 4711) << 2;
            shared->wrong |= (ptrace(PTRACE_POKEDATA, parent, &written, answer) || ptrace(PTRACE_CONT, parent, 0, 0)) << 3;
            usleep(20000);
            shared->wrong |= (shared->count != count || ptrace(PTRACE_PEEKDATA, sibling, &secret, 0) != 4711 || ptrace(PTRACE_CONT, sibling, 0, 0)) << 4;
            for (int64_t limit = now() + patience; now() < limit && shared->count == count;)
                usleep(1000);
            shared->wrong |= (shared->count == count || ptrace(PTRACE_INTERRUPT, sibling, 0, 0) || !stopped(sibling)) << 5;
        }
        shared->answered = answer;
    }
}

static void ask_tracer(void)
{
    long asked = ++shared->asked;
    for (int64_t limit = now() + patience; now() < limit && shared->answered < asked; nap())
        ;
    EXPECT(shared->answered == asked, "the tracer does not answer");
}

static int tracer_of(pid_t pid)
{
    char path[64], value[64];
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    char *text = read_file(path, NULL);
    line_of(text, "TracerPid:", value, sizeof value);
    free(text);
    return atoi(value);
}

static void prepare(void)
{
    shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    parent = getpid();
    secret = 4711;
    if (!(sibling = fork())) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;; usleep(1000))
            shared->count++;
    }
    if (!(tracer = fork()))
        trace();
    ask_tracer();
    MUST(!*reason && !shared->wrong && tracer_of(parent) == tracer);
}

static void check(void)
{
    EXPECT(tracer_of(parent) == tracer && tracer_of(sibling) == tracer, "tracers are %d and %d, not %d", tracer_of(parent), tracer_of(sibling), tracer);
    ask_tracer();
    EXPECT(shared->wrong == 0 && written == shared->answered, "wrong: 0x%lx; %ld was written", shared->wrong, written);
}

static void spoil(int number)
{
    if (number == 1)
        MUST(kill(sibling, SIGKILL) == 0);
    else
        MUST(kill(tracer, SIGKILL) == 0);
    rest(50 * MILLISECOND);
}

WORKLOAD(2)
