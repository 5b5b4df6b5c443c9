// Threads that sleep in the calls of epoll: a freeze ends none of them with EINTR, and those of epoll_wait end in time.
#include <sys/epoll.h>
#include "workload.h"

#define SLEEP (2 * SECOND)
#define LATE (SLEEP / 3)

enum { WAIT, WAIT_LATER, WAIT_LAST, PWAIT, PWAIT2, KINDS };

static int queue, ends[2];
static atomic_llong rounds[KINDS];
static atomic_bool too_long;

static void *sleep_again_and_again(void *argument)
{
    long kind = (long)argument;
    struct epoll_event event;
    struct timespec time = timespec_of(SLEEP);
    rest(kind * SLEEP / 4); // so that at every moment one is far from its beginning
    for (;; rounds[kind]++) {
        long long still = stood_still;
        int64_t begin = now();
        int got = kind == PWAIT2 ? epoll_pwait2(queue, &event, 1, &time, NULL)
            : kind == PWAIT ? epoll_pwait(queue, &event, 1, SLEEP / MILLISECOND, NULL) : epoll_wait(queue, &event, 1, SLEEP / MILLISECOND);
        int64_t took = now() - begin + too_long * SLEEP;
        rest(20 * MILLISECOND); // until the main thread has noticed how long the process stood still
        EXPECT(got == 0, "epoll_wait returns %d: %s", got, strerror(errno));
        EXPECT(took >= SLEEP - MILLISECOND, "epoll_wait came back early");
        EXPECT(kind == PWAIT2 || took <= SLEEP + LATE + (stood_still - still), "epoll_wait took %lld ms of %lld, and stood still for %lld",
            (long long)(took / MILLISECOND), SLEEP / MILLISECOND, (stood_still - still) / MILLISECOND);
    }
    return NULL;
}

static void prepare(void)
{
    MUST(pipe(ends) == 0 && (queue = epoll_create1(0)) >= 0);
    MUST(epoll_ctl(queue, EPOLL_CTL_ADD, ends[0], &(struct epoll_event) { EPOLLIN, { 0 } }) == 0);
    for (long i = 0; i < KINDS; i++)
        start_thread(sleep_again_and_again, (void *)i);
    rest(SLEEP);
}

static void check(void)
{
    long long before[KINDS];
    for (int i = 0; i < KINDS; i++)
        before[i] = rounds[i];
    for (int i = 0; i < KINDS; i++)
        moves_past(&rounds[i], before[i], "epoll_wait");
    rest(30 * MILLISECOND);
}

static void spoil(int number)
{
    if (number == 1)
        MUST(write(ends[1], "x", 1) == 1);
    else
        too_long = true;
}

WORKLOAD(2)
