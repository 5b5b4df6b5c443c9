// The parent-death signal of two threads; that the program that restored it ends is no parent's death.
#include "workload.h"

static struct worker workers[2];
static atomic_int deaths;

static void note_death(int number) { deaths += number == SIGUSR1 || number == SIGUSR2; }
static void set_up(struct worker *self) { prctl(PR_SET_PDEATHSIG, self->number ? SIGUSR2 : SIGUSR1); }

static void verify(struct worker *self)
{
    int signal = 0, expected = self->number ? SIGUSR2 : SIGUSR1;
    prctl(PR_GET_PDEATHSIG, &signal);
    EXPECT(signal == expected, "thread %d: the signal is %d, not %d", self->number, signal, expected);
}

static void clear(struct worker *self) { (void)self; prctl(PR_SET_PDEATHSIG, 0); }

static void prepare(void)
{
    signal(SIGUSR1, note_death);
    signal(SIGUSR2, note_death);
    rest(100 * MILLISECOND); // the launcher has left
    for (int i = 0; i < COUNT(workers); i++) {
        start_worker(&workers[i], i);
        ask(&workers[i], set_up);
    }
}

static void check(void)
{
    int signal = -1;
    for (int i = 0; i < COUNT(workers); i++)
        ask(&workers[i], verify);
    prctl(PR_GET_PDEATHSIG, &signal);
    EXPECT(signal == 0, "the main thread has signal %d", signal);
    EXPECT(deaths == 0, "a parent's death was told %d times", deaths);
}

static void spoil(int number)
{
    if (number == 1)
        ask(&workers[0], clear);
    else
        kill(getpid(), SIGUSR1);
}

WORKLOAD(2)
