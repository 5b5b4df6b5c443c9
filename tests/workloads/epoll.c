// Threads that sleep in the calls of epoll: a freeze ends none of them with EINTR.
#include <sys/epoll.h>
#include "workload.h"

#define SLEEP (1500 * MILLISECOND)

static int queue, ends[2];
static atomic_llong rounds[2];

static void *sleep_again_and_again(void *argument)
{
    long kind = (long)argument;
    struct epoll_event event;
    struct timespec time = timespec_of(SLEEP);
    for (;; rounds[kind]++) {
        int64_t begin = now();
        int got = kind ? epoll_pwait2(queue, &event, 1, &time, NULL) : epoll_wait(queue, &event, 1, SLEEP / MILLISECOND);
        EXPECT(got == 0, "epoll_wait returns %d: %s", got, strerror(errno));
        EXPECT(now() - begin >= SLEEP - MILLISECOND, "epoll_wait came back early");
    }
    return NULL;
}

static void prepare(void)
{
    MUST(pipe(ends) == 0 && (queue = epoll_create1(0)) >= 0);
    MUST(epoll_ctl(queue, EPOLL_CTL_ADD, ends[0], &(struct epoll_event) { EPOLLIN, { 0 } }) == 0);
    for (long i = 0; i < COUNT(rounds); i++)
        start_thread(sleep_again_and_again, (void *)i);
    rest(50 * MILLISECOND);
}

static void check(void)
{
    long long before[] = { rounds[0], rounds[1] };
    for (int i = 0; i < COUNT(rounds); i++)
        moves_past(&rounds[i], before[i], "epoll_wait");
}

static void spoil(int number)
{
    (void)number;
    MUST(write(ends[1], "x", 1) == 1);
}

WORKLOAD(1)
