// What each thread has for itself: name, scheduling policy, priority, nice value, affinity and timer slack.
#include <sys/resource.h>
#include "workload.h"

enum { SIZE = 400 };

static struct worker workers[6];
static char before[COUNT(workers)][SIZE];

static void describe(char *text)
{
    char name[20];
    struct sched_param parameters;
    cpu_set_t cpus;
    prctl(PR_GET_NAME, name);
    sched_getparam(0, &parameters);
    sched_getaffinity(0, sizeof cpus, &cpus);
    snprintf(text, SIZE, "name \"%s\" policy %d priority %d nice %ld cpus %d first %d slack %d", name, sched_getscheduler(0),
        parameters.sched_priority, 20 - syscall(SYS_getpriority, 0, 0), CPU_COUNT(&cpus), CPU_ISSET(0, &cpus),
        prctl(PR_GET_TIMERSLACK));
}

static void set_up(struct worker *self)
{
    static const char *names[] = { "", "a (b) c", "fifteen-letters", "line\nbreak \\", "\xff\x01", "plain" };
    cpu_set_t cpus;
    int i = self->number;
    CPU_ZERO(&cpus);
    CPU_SET(i == 4 ? 1 : 0, &cpus);
    prctl(PR_SET_NAME, names[i]);
    switch (i) {
    case 0: MUST(sched_setscheduler(0, SCHED_BATCH, &(struct sched_param) { 0 }) == 0); break;
    case 1: MUST(sched_setscheduler(0, SCHED_IDLE, &(struct sched_param) { 0 }) == 0); break;
    case 2: MUST(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param) { 7 }) == 0); break;
    case 3: MUST(sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &(struct sched_param) { 3 }) == 0); break;
    default: MUST(setpriority(PRIO_PROCESS, self->tid, i == 4 ? -5 : 13) == 0); break;
    }
    if (i % 2 == 0)
        MUST(sched_setaffinity(0, sizeof cpus, &cpus) == 0 || i == 4);
    if (i != 2 && i != 3)
        MUST(prctl(PR_SET_TIMERSLACK, 70000 + i) == 0);
    describe(before[i]);
}

static void verify(struct worker *self)
{
    char after[SIZE];
    describe(after);
    EXPECT(!strcmp(before[self->number], after), "thread %d has %s, not %s", self->number, after, before[self->number]);
}

static void prepare(void)
{
    for (int i = 0; i < COUNT(workers); i++) {
        start_worker(&workers[i], i);
        ask(&workers[i], set_up);
    }
}

static void check(void)
{
    for (int i = 0; i < COUNT(workers); i++)
        ask(&workers[i], verify);
    EXPECT(sched_getscheduler(0) == SCHED_OTHER && getpriority(PRIO_PROCESS, 0) == 0, "the main thread's scheduling changed");
}

static void rename_thread(struct worker *self) { (void)self; prctl(PR_SET_NAME, "other"); }
static void set_slack(struct worker *self) { (void)self; prctl(PR_SET_TIMERSLACK, 50000); }

static void spoil(int number)
{
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    switch (number) {
    case 1: ask(&workers[1], rename_thread); break;
    case 2: ask(&workers[4], set_slack); break;
    case 3: sched_setscheduler(workers[2].tid, SCHED_OTHER, &(struct sched_param) { 0 }); break;
    case 4: sched_setscheduler(workers[3].tid, SCHED_RR, &(struct sched_param) { 3 }); break;
    case 5: setpriority(PRIO_PROCESS, workers[5].tid, 0); break;
    case 6: sched_setaffinity(workers[0].tid, sizeof all, &all); break;
    }
}

WORKLOAD(6)
