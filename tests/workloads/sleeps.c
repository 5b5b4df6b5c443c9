// Threads that sleep in all the calls that can: none returns early, none reports EINTR, none sleeps on.
#include <linux/futex.h>
#include <poll.h>
#include <sys/select.h>
#include "workload.h"

#define SLEEP (1500 * MILLISECOND)

static int silent[2];
static const struct timespec relative = { 1, 500 * MILLISECOND };

// Each sleeps for SLEEP and returns 0, or the error that it saw.
static int in_nanosleep(void) { return nanosleep(&relative, NULL) ? errno : 0; }
static int in_clock_nanosleep(void) { return clock_nanosleep(CLOCK_BOOTTIME, 0, &relative, NULL); }
static int until(clockid_t clock)
{
    struct timespec end = timespec_of(clock_now(clock) + SLEEP);
    return clock_nanosleep(clock, TIMER_ABSTIME, &end, NULL);
}
static int until_monotonic(void) { return until(CLOCK_MONOTONIC); }
static int until_realtime(void) { return until(CLOCK_REALTIME); }

static struct pollfd silent_poll(void) { return (struct pollfd) { silent[0], POLLIN, 0 }; }
static int result(long returned) { return returned < 0 ? errno : returned; }
static int in_poll(void) { struct pollfd list = silent_poll(); return result(poll(&list, 1, SLEEP / MILLISECOND)); }
static int in_ppoll(void)
{
    struct pollfd list = silent_poll();
    sigset_t mask;
    sigfillset(&mask);
    return result(ppoll(&list, 1, &relative, &mask));
}
static int in_select(void)
{
    struct timeval time = { 1, 500000 };
    fd_set set;
    FD_ZERO(&set);
    FD_SET(silent[0], &set);
    return result(select(silent[0] + 1, &set, NULL, NULL, &time));
}
static int in_pselect(void)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(silent[0], &set);
    return result(pselect(silent[0] + 1, &set, NULL, NULL, &relative, NULL));
}

// A futex wait ends with ETIMEDOUT: that is the success here.
static int futex(int operation, const struct timespec *time)
{
    int word = 0;
    return syscall(SYS_futex, &word, operation, 0, time, NULL, FUTEX_BITSET_MATCH_ANY) == 0 ? -1 : errno == ETIMEDOUT ? 0 : errno;
}
static int in_futex(void) { return futex(FUTEX_WAIT_PRIVATE, &relative); }
static int in_shared_futex(void) { return futex(FUTEX_WAIT, &relative); }
static int in_futex_until(void)
{
    struct timespec end = timespec_of(now() + SLEEP);
    return futex(FUTEX_WAIT_BITSET_PRIVATE, &end);
}
static int in_futex_until_realtime(void)
{
    struct timespec end = timespec_of(clock_now(CLOCK_REALTIME) + SLEEP);
    return futex(FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, &end);
}
static struct sleeper { const char *name; int (*sleep)(void); atomic_llong rounds; } sleepers[] = {
    { "nanosleep", in_nanosleep, 0 }, { "clock_nanosleep", in_clock_nanosleep, 0 },
    { "clock_nanosleep until a monotonic time", until_monotonic, 0 }, { "clock_nanosleep until a real time", until_realtime, 0 },
    { "poll", in_poll, 0 }, { "ppoll", in_ppoll, 0 }, { "select", in_select, 0 }, { "pselect", in_pselect, 0 },
    { "futex", in_futex, 0 }, { "shared futex", in_shared_futex, 0 },
    { "futex until a monotonic time", in_futex_until, 0 }, { "futex until a real time", in_futex_until_realtime, 0 },
};
static atomic_bool too_long;

static void *sleep_again_and_again(void *argument)
{
    struct sleeper *self = argument;
    for (;; self->rounds++) {
        long long still = stood_still;
        int64_t begin = now();
        int error = self->sleep();
        int64_t took = now() - begin + too_long * 10 * SECOND;
        rest(20 * MILLISECOND); // until the main thread has noticed how long the process stood still
        EXPECT(error == 0, "%s: %s", self->name, strerrorname_np(error) ? strerrorname_np(error) : "came back early");
        EXPECT(took >= SLEEP - MILLISECOND, "%s: came back after %lld ms of %lld", self->name, (long long)(took / MILLISECOND), SLEEP / MILLISECOND);
        EXPECT(took <= SLEEP + (stood_still - still) + 3 * SECOND, "%s: took %lld ms of %lld, and stood still for %lld", self->name,
            (long long)(took / MILLISECOND), SLEEP / MILLISECOND, (stood_still - still) / MILLISECOND);
    }
    return NULL;
}

static void prepare(void)
{
    MUST(pipe(silent) == 0);
    for (int i = 0; i < COUNT(sleepers); i++)
        start_thread(sleep_again_and_again, &sleepers[i]);
    rest(100 * MILLISECOND);
}

// The sleeps that were going on at the freeze have to come to their end.
static void check(void)
{
    long long before[COUNT(sleepers)];
    for (int i = 0; i < COUNT(sleepers); i++)
        before[i] = sleepers[i].rounds;
    for (int i = 0; i < COUNT(sleepers); i++)
        moves_past(&sleepers[i].rounds, before[i], sleepers[i].name);
    rest(50 * MILLISECOND);
}

static void spoil(int number)
{
    if (number == 1)
        MUST(write(silent[1], "x", 1) == 1);
    else
        too_long = true;
}

WORKLOAD(2)
