// The robust list: a thread that ends while it holds robust locks leaves them to others, who are told.
#include <linux/futex.h>
#include "workload.h"

enum { WORKERS = 16 };

static struct worker workers[WORKERS];
static pthread_mutex_t locks[WORKERS];
static void *heads[WORKERS];
static size_t lengths[WORKERS];

static void take(struct worker *self)
{
    pthread_mutex_lock(&locks[self->number]);
    syscall(SYS_get_robust_list, 0, &heads[self->number], &lengths[self->number]);
}

static void compare(struct worker *self)
{
    void *head = NULL;
    size_t length = 0;
    syscall(SYS_get_robust_list, 0, &head, &length);
    EXPECT(head == heads[self->number] && length == lengths[self->number], "thread %d: robust list is %p of %zu bytes", self->number, head, length);
}

static void leave(struct worker *self)
{
    compare(self);
    sem_post(&self->done);
    syscall(SYS_exit, 0);
}

static void prepare(void)
{
    pthread_mutexattr_t robust;
    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    for (int i = 0; i < WORKERS; i++) {
        pthread_mutex_init(&locks[i], &robust);
        start_worker(&workers[i], i);
        ask(&workers[i], take);
    }
}

static void check(void)
{
    int leaving = round_number - 1;
    for (int i = leaving; i < WORKERS; i++)
        ask(&workers[i], compare);
    ask(&workers[leaving], leave);
    struct timespec limit = timespec_of(clock_now(CLOCK_REALTIME) + 3 * SECOND);
    int got = pthread_mutex_timedlock(&locks[leaving], &limit);
    EXPECT(got == EOWNERDEAD, "the lock of a thread that ended: %s", strerror(got));
}

static void forget(struct worker *self)
{
    static struct robust_list_head empty;
    empty.list.next = &empty.list;
    (void)self;
    syscall(SYS_set_robust_list, &empty, sizeof empty);
}

static void spoil(int number) { ask(&workers[number - 1], forget); }

WORKLOAD(2)
