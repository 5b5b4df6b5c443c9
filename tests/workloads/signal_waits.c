// Threads in sigtimedwait and sigwaitinfo. A freeze alone makes the kernel end these with EINTR (gdb shows it): here that is a failure.
#include "workload.h"

#define WAIT (1500 * MILLISECOND)

static atomic_llong timeouts, arrivals;
static atomic_int waiting;

static sigset_t only(int number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    return set;
}

static void *wait_for_a_time(void *argument)
{
    sigset_t set = only(SIGUSR1);
    struct timespec time = timespec_of(WAIT);
    for (;; timeouts++) {
        int64_t begin = now();
        int got = sigtimedwait(&set, NULL, &time);
        EXPECT(got < 0 && errno == EAGAIN, "sigtimedwait returns %d: %s", got, strerror(errno));
        EXPECT(now() - begin >= WAIT - MILLISECOND, "sigtimedwait came back after %lld ms of %lld", (now() - begin) / MILLISECOND, WAIT / MILLISECOND);
    }
    return argument;
}

static void *wait_for_a_signal(void *argument)
{
    sigset_t set = only(SIGUSR2);
    siginfo_t information;
    waiting = gettid();
    for (;; arrivals++) {
        int got = sigwaitinfo(&set, &information);
        EXPECT(got == SIGUSR2 && information.si_value.sival_int == round_number, "sigwaitinfo returns %d: %s", got, strerror(errno));
    }
    return argument;
}

static void prepare(void)
{
    sigset_t set = only(SIGUSR1);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    start_thread(wait_for_a_time, NULL);
    start_thread(wait_for_a_signal, NULL);
    rest(50 * MILLISECOND);
}

static void check(void)
{
    EXPECT(arrivals == round_number - 1, "sigwaitinfo came back %lld times, not %d", (long long)arrivals, round_number - 1);
    MUST(sigqueue(getpid(), SIGUSR2, (union sigval) { .sival_int = round_number }) == 0);
    moves_past(&arrivals, round_number - 1, "sigwaitinfo");
    moves_past(&timeouts, timeouts, "sigtimedwait");
}

static void spoil(int number) { kill(getpid(), number == 1 ? SIGUSR1 : SIGUSR2); rest(20 * MILLISECOND); }

WORKLOAD(2)
