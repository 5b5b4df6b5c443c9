// POSIX timers: ids with gaps, every kind of notification, clocks, intervals, the time that is left, and overruns.
#include "workload.h"

static struct worker target;
static int signal_of_number, thread_ticks, blocked_signal;
static atomic_llong ticks, told_wrong;
static struct timer { clockid_t clock; int notify, signal; double value, interval; int id; double left; } timers[] = {
    { CLOCK_MONOTONIC, SIGEV_SIGNAL, 0, 0.02, 0.02, 0, 0 }, // ticks
    { CLOCK_MONOTONIC, SIGEV_NONE, 0, 1000, 7.5, 0, 0 },
    { CLOCK_REALTIME, SIGEV_SIGNAL, 1, 2000, 0, 0, 0 },
    { CLOCK_BOOTTIME, SIGEV_THREAD_ID, 2, 3000, 0.25, 0, 0 },
    { CLOCK_PROCESS_CPUTIME_ID, SIGEV_SIGNAL, 1, 4000, 1, 0, 0 },
    { CLOCK_MONOTONIC, SIGEV_SIGNAL, 1, 0, 0, 0, 0 }, // not armed
    { CLOCK_MONOTONIC, SIGEV_THREAD_ID, 3, 0.02, 0.02, 0, 0 }, // ticks in the thread
    { CLOCK_MONOTONIC, SIGEV_SIGNAL, 4, 0.01, 0.01, 0, 0 }, // blocked: overruns
};
static char *before;

static struct timespec time_of(double seconds) { return timespec_of((int64_t)(seconds * SECOND + 0.5)); }
static double seconds(struct timespec time) { return time.tv_sec + time.tv_nsec / 1e9; }
static int make(struct sigevent *event, clockid_t clock)
{
    int id = -1;
    MUST(syscall(SYS_timer_create, clock, event, &id) == 0);
    return id;
}

static void tick(int number, siginfo_t *information, void *context)
{
    (void)number, (void)context;
    struct timer *timer = &timers[information->si_value.sival_int & 7];
    if (information->si_code != SI_TIMER || information->si_timerid != timer->id || information->si_value.sival_int >> 3 != 12345)
        told_wrong++;
    if (timer == &timers[6] && gettid() == target.tid)
        __atomic_add_fetch(&thread_ticks, 1, __ATOMIC_SEQ_CST);
    else if (timer == &timers[0])
        ticks++;
    else
        told_wrong++;
}

static void prepare(void)
{
    sigset_t set;
    struct sigevent dummy = { .sigev_notify = SIGEV_NONE };
    signal_of_number = SIGRTMIN + 2;
    blocked_signal = signal_of_number + 4;
    for (int i = 0; i < 4; i++)
        sigaction(signal_of_number + i, &(struct sigaction) { .sa_sigaction = tick, .sa_flags = SA_SIGINFO | SA_RESTART }, NULL);
    sigemptyset(&set);
    sigaddset(&set, blocked_signal);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    start_worker(&target, 0);
    for (int i = 0; i < COUNT(timers); i++) {
        int gap[5];
        for (int j = 0; j < i % 3 * 2; j++)
            gap[j] = make(&dummy, CLOCK_MONOTONIC);
        struct sigevent event = { .sigev_notify = timers[i].notify, .sigev_signo = signal_of_number + timers[i].signal, .sigev_value.sival_int = 12345 << 3 | i };
        if (timers[i].notify == SIGEV_THREAD_ID)
            event._sigev_un._tid = target.tid;
        timers[i].id = make(&event, timers[i].clock);
        for (int j = 0; j < i % 3 * 2; j++)
            syscall(SYS_timer_delete, gap[j]);
    }
    for (int i = 0; i < COUNT(timers); i++) {
        struct itimerspec time = { time_of(timers[i].interval), time_of(timers[i].value) };
        MUST(syscall(SYS_timer_settime, timers[i].id, 0, &time, NULL) == 0);
        timers[i].left = timers[i].value;
    }
    rest(100 * MILLISECOND);
    before = read_file("/proc/self/timers", NULL);
}

static void check_left(struct timer *timer)
{
    struct itimerspec time;
    if (syscall(SYS_timer_gettime, timer->id, &time)) {
        fail("timer %d is gone", timer->id);
        return;
    }
    double is = seconds(time.it_value);
    EXPECT(seconds(time.it_interval) == timer->interval, "timer %d: interval is %.3f, not %.3f", timer->id, seconds(time.it_interval), timer->interval);
    EXPECT(is <= timer->left && is >= timer->left - 200 && (timer->left == 0 || is > 0), "timer %d: %.3f s are left of %.3f", timer->id, is, timer->left);
    if (timer->left >= 1000)
        timer->left = is;
}

static void check(void)
{
    char *after = read_file("/proc/self/timers", NULL);
    EXPECT(!strcmp(before, after), "timers are now: %s", after);
    free(after);
    for (int i = 0; i < COUNT(timers); i++)
        check_left(&timers[i]);
    moves_past(&ticks, ticks + 3, "a ticking timer");
    int seen = thread_ticks;
    rest(200 * MILLISECOND);
    EXPECT(thread_ticks > seen, "the timer of a thread does not tick");
    EXPECT(told_wrong == 0, "%lld signals came with wrong information or to the wrong thread", (long long)told_wrong);

    sigset_t set;
    siginfo_t got;
    sigemptyset(&set);
    sigaddset(&set, blocked_signal);
    EXPECT(sigtimedwait(&set, &got, &(struct timespec) { 0 }) > 0, "the blocked timer's signal is not pending");
    EXPECT(got.si_code == SI_TIMER && got.si_timerid == timers[7].id && got.si_value.sival_int == (12345 << 3 | 7), "the blocked timer's signal has wrong information");
    EXPECT(got.si_overrun > 3, "the blocked timer has %d overruns", got.si_overrun);
    rest(50 * MILLISECOND);
}

static void spoil(int number)
{
    struct itimerspec time = { { 0 }, { 3000, 0 } };
    sigset_t set;
    switch (number) {
    case 1: syscall(SYS_timer_delete, timers[2].id); break;
    case 2: syscall(SYS_timer_settime, timers[3].id, 0, &time, NULL); break;
    case 3: syscall(SYS_timer_settime, timers[6].id, 0, &(struct itimerspec) { { 0 }, { 0 } }, NULL); break;
    case 4: syscall(SYS_timer_settime, timers[5].id, 0, &time, NULL); break;
    case 5: make(&(struct sigevent) { .sigev_notify = SIGEV_NONE }, CLOCK_MONOTONIC); break;
    case 6:
        syscall(SYS_timer_settime, timers[7].id, 0, &(struct itimerspec) { { 0, 10000000 }, { 100, 0 } }, NULL);
        sigemptyset(&set);
        sigaddset(&set, blocked_signal);
        sigtimedwait(&set, NULL, &(struct timespec) { 0 });
        break;
    }
}

WORKLOAD(6)
