// The three interval timers: the time that is left and the interval; and one that fires all the time.
#include <sys/time.h>
#include "workload.h"

static const struct { int which; const char *name; struct itimerval value; } timers[] = {
    { ITIMER_VIRTUAL, "virtual timer", { { 12, 345000 }, { 1000, 0 } } },
    { ITIMER_PROF, "profiling timer", { { 0, 0 }, { 2000, 0 } } },
};
static struct itimerval before[COUNT(timers)];
static atomic_llong ticks, virtual_ticks;

static void tick(int number)
{
    if (number == SIGALRM)
        ticks++;
    else
        virtual_ticks++;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

static void prepare(void)
{
    sigaction(SIGALRM, &(struct sigaction) { .sa_handler = tick, .sa_flags = SA_RESTART }, NULL);
    sigaction(SIGVTALRM, &(struct sigaction) { .sa_handler = tick, .sa_flags = SA_RESTART }, NULL);
    sigaction(SIGPROF, &(struct sigaction) { .sa_handler = tick, .sa_flags = SA_RESTART }, NULL);
    MUST(setitimer(ITIMER_REAL, &(struct itimerval) { { 0, 30000 }, { 0, 10000 } }, NULL) == 0);
    for (int i = 0; i < COUNT(timers); i++) {
        MUST(setitimer(timers[i].which, &timers[i].value, NULL) == 0);
        getitimer(timers[i].which, &before[i]);
    }
    rest(50 * MILLISECOND);
}

static void check(void)
{
    struct itimerval after;
    for (int i = 0; i < COUNT(timers); i++) {
        getitimer(timers[i].which, &after);
        double used = seconds(before[i].it_value) - seconds(after.it_value);
        EXPECT(used >= -0.001 && used < 100, "%s: %.3f s are left of %.3f", timers[i].name, seconds(after.it_value), seconds(before[i].it_value));
        EXPECT(seconds(after.it_interval) == seconds(before[i].it_interval), "%s: interval is %.3f", timers[i].name, seconds(after.it_interval));
        before[i] = after;
    }
    getitimer(ITIMER_REAL, &after);
    EXPECT(seconds(after.it_interval) == 0.03 && seconds(after.it_value) <= 0.031, "real timer: %.3f s are left", seconds(after.it_value));
    moves_past(&ticks, ticks + 5, "the real timer");
    EXPECT(virtual_ticks == 0, "a virtual timer fired");
}

static void spoil(int number)
{
    switch (number) {
    case 1: setitimer(ITIMER_REAL, &(struct itimerval) { 0 }, NULL); break;
    case 2: setitimer(ITIMER_VIRTUAL, &(struct itimerval) { { 0 }, { 999, 0 } }, NULL); break;
    case 3: setitimer(ITIMER_PROF, &(struct itimerval) { { 0 }, { 2001, 0 } }, NULL); break;
    }
}

WORKLOAD(3)
