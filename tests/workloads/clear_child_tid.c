// The address that the kernel clears when a thread ends: whoever joins the thread waits for it.
#include <linux/futex.h>
#include "workload.h"

enum { THREADS = 16 };

static struct worker threads[THREADS];
static atomic_int *words[THREADS];

// prctl(PR_GET_TID_ADDRESS) tells the kernel's address; glibc keeps the tid there.
static void look(struct worker *self) { prctl(PR_GET_TID_ADDRESS, &words[self->number]); }

static void compare(struct worker *self)
{
    atomic_int *word = NULL;
    prctl(PR_GET_TID_ADDRESS, &word);
    EXPECT(word == words[self->number], "thread %d: the address is %p, not %p", self->number, (void *)word, (void *)words[self->number]);
    EXPECT(*words[self->number] == self->tid, "thread %d: there is %d, not its id", self->number, *words[self->number]);
}

static void leave(struct worker *self)
{
    sem_post(&self->done);
    pthread_exit(NULL);
}

static void prepare(void)
{
    for (int i = 0; i < THREADS; i++) {
        start_worker(&threads[i], i);
        ask(&threads[i], look);
        MUST(words[i]);
    }
}

static void check(void)
{
    int leaving = round_number - 1;
    for (int i = leaving; i < THREADS; i++)
        ask(&threads[i], compare);
    ask(&threads[leaving], leave);
    struct timespec limit = timespec_of(clock_now(CLOCK_REALTIME) + 3 * SECOND);
    int got = pthread_timedjoin_np(threads[leaving].thread, NULL, &limit);
    EXPECT(got == 0, "joining a thread: %s", strerror(got));
}

static void forget(struct worker *self)
{
    static int elsewhere;
    (void)self;
    syscall(SYS_set_tid_address, &elsewhere);
}

static void spoil(int number) { ask(&threads[number - 1], forget); }

WORKLOAD(2)
