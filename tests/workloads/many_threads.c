// Two thousand threads with a value of their own each, all waiting on one futex.
#include <linux/futex.h>
#include "workload.h"

enum { THREADS = 2000 };

static atomic_int generation, answers, missing;
static atomic_long sum;
static __thread long own;

static void *wait_for_generations(void *argument)
{
    own = mixed((long)argument) % 1000003;
    pid_t tid = gettid();
    answers++;
    for (int seen = 0;; seen++) {
        while (generation == seen)
            syscall(SYS_futex, &generation, FUTEX_WAIT_PRIVATE, seen, NULL);
        if (missing-- > 0)
            pause();
        sum += own;
        EXPECT(tid == gettid(), "thread %d became %d", tid, gettid());
        answers++;
    }
    return NULL;
}

static void wait_for_answers(void)
{
    for (int64_t limit = now() + patience; answers != THREADS; nap())
        if (now() > limit) {
            fail("%d of %d threads answered", answers, THREADS);
            return;
        }
}

static void prepare(void)
{
    pthread_attr_t small;
    pthread_t thread;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * KIB);
    for (long i = 0; i < THREADS; i++)
        MUST_PTHREAD(pthread_create(&thread, &small, wait_for_generations, (void *)i));
    wait_for_answers();
}

static void check(void)
{
    long expected = 0;
    for (long i = 0; i < THREADS; i++)
        expected += mixed(i) % 1000003;
    answers = 0;
    sum = 0;
    generation++;
    syscall(SYS_futex, &generation, FUTEX_WAKE_PRIVATE, INT_MAX);
    wait_for_answers();
    EXPECT(sum == expected, "the threads' values add up to %ld, not %ld", (long)sum, expected);
}

// One thread fewer will answer.
static void spoil(int number)
{
    (void)number;
    missing = 1;
}

WORKLOAD(1)
