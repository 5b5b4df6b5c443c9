// Event counters, timers and signals that are read as files: counts, times that are left, ticks and signals not yet read.
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include "workload.h"

#define LARGE 0xFFFFFFFFFFFFFFFEULL
#define TFD_IOC_SET_TICKS _IOW('T', 0, uint64_t) // of linux/timerfd.h, which cannot be included beside fcntl.h
#define HOUR (3600 * SECOND)

static bool readable(int file, int64_t wait)
{
    return poll(&(struct pollfd) { file, POLLIN, 0 }, 1, wait / MILLISECOND) == 1;
}

static uint64_t take(int file)
{
    uint64_t value;
    return read(file, &value, 8) == 8 ? value : 0;
}

static bool has_line(int file, const char *key, const char *wanted)
{
    char path[40], value[100];
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", file);
    char *text = read_file(path, NULL);
    line_of(text, key, value, sizeof value);
    free(text);
    return !strcmp(value, wanted);
}

// ---- counters ----------------------------------------------------------------------------------

static int counter, twin, semaphore, full;

static void prepare_counters(void)
{
    MUST((counter = eventfd(5, EFD_NONBLOCK)) >= 0 && (twin = dup(counter)) >= 0);
    MUST((semaphore = eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK)) >= 0);
    MUST((full = eventfd(0, EFD_NONBLOCK)) >= 0 && eventfd_write(full, LARGE) == 0);
}

static void check_counters(void)
{
    uint64_t value = take(twin);
    EXPECT(value == 5, "the counter is %llu, not 5", (unsigned long long)value);
    EXPECT(take(counter) == 0 && errno == EAGAIN, "the counter is not shared, or it waits");
    MUST(eventfd_write(counter, 5) == 0);
    EXPECT(take(semaphore) == 1 && take(semaphore) == 1 && take(semaphore) == 1 && !readable(semaphore, 0), "the semaphore is not 3");
    MUST(eventfd_write(semaphore, 3) == 0);
    EXPECT(eventfd_write(full, 1) == -1 && errno == EAGAIN, "there is room in the full counter");
}

// ---- timers ------------------------------------------------------------------------------------

enum { RELATIVE, ABSOLUTE, KINDS };
static const clockid_t clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM };
static const clockid_t read_from[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_REALTIME, CLOCK_BOOTTIME };
static int timers[COUNT(clocks)][KINDS], canceled, disarmed, expired, marked, ticking, buzzing;
static int64_t ends[COUNT(clocks)], left_before[COUNT(clocks)];

static int new_timer(clockid_t clock, int flags, int64_t value, int64_t interval)
{
    int file = timerfd_create(clock, TFD_NONBLOCK);
    struct itimerspec setting = { timespec_of(interval), timespec_of(value) };
    MUST(file >= 0 && timerfd_settime(file, flags, &setting, NULL) == 0);
    return file;
}

static int64_t left_of(int file, int64_t *interval)
{
    struct itimerspec setting;
    MUST(timerfd_gettime(file, &setting) == 0);
    *interval = setting.it_interval.tv_sec * SECOND + setting.it_interval.tv_nsec;
    return setting.it_value.tv_sec * SECOND + setting.it_value.tv_nsec;
}

static void expire(int file)
{
    struct itimerspec setting = { timespec_of(0), timespec_of(1) };
    MUST(timerfd_settime(file, 0, &setting, NULL) == 0 && readable(file, SECOND));
}

static void mark(int file)
{
    uint64_t ticks = 42;
    MUST(ioctl(file, TFD_IOC_SET_TICKS, &ticks) == 0);
}

static void prepare_timers(void)
{
    for (int i = 0; i < COUNT(clocks); i++) {
        timers[i][RELATIVE] = new_timer(clocks[i], 0, left_before[i] = HOUR, i * HOUR);
        timers[i][ABSOLUTE] = new_timer(clocks[i], TFD_TIMER_ABSTIME, ends[i] = clock_now(read_from[i]) + HOUR, 0);
    }
    canceled = new_timer(CLOCK_REALTIME, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, clock_now(CLOCK_REALTIME) + HOUR, 0);
    disarmed = new_timer(CLOCK_MONOTONIC, 0, 0, 0);
    expired = new_timer(CLOCK_MONOTONIC, 0, 0, 0);
    expire(expired);
    marked = new_timer(CLOCK_MONOTONIC, 0, 0, 0);
    mark(marked);
    ticking = new_timer(CLOCK_MONOTONIC, 0, 100 * MILLISECOND, 5 * MILLISECOND);
    buzzing = new_timer(CLOCK_MONOTONIC, 0, 1, 1000);
    MUST(readable(buzzing, SECOND));
}

static void check_timers(void)
{
    int64_t interval, left;
    for (int i = 0; i < COUNT(clocks); i++) {
        left = left_of(timers[i][RELATIVE], &interval);
        EXPECT(left <= left_before[i] && left > HOUR / 2, "clock %d: %lld s are left of %lld", clocks[i], (long long)(left / SECOND), (long long)(left_before[i] / SECOND));
        EXPECT(interval == i * HOUR, "clock %d: the interval changed", clocks[i]);
        left_before[i] = left;
        int64_t end = clock_now(read_from[i]) + left_of(timers[i][ABSOLUTE], &interval);
        EXPECT(llabs(end - ends[i]) < 20 * MILLISECOND, "clock %d: it ends %lld ms after the time to which it was set", clocks[i], (long long)((end - ends[i]) / MILLISECOND));
    }
    EXPECT(has_line(canceled, "settime flags: ", "03") && left_of(canceled, &interval) > 0, "the timer is not canceled when the clock is set");
    EXPECT(left_of(disarmed, &interval) == 0 && !readable(disarmed, 0), "the timer that is not set expires");
    EXPECT(take(expired) == 1 && left_of(expired, &interval) == 0, "the timer has not expired once");
    expire(expired);
    EXPECT(take(marked) == 42, "42 ticks are lost");
    mark(marked);
    EXPECT(readable(ticking, 5 * SECOND) && take(ticking) > 0 && readable(ticking, 5 * SECOND), "it does not tick any more");
    EXPECT(take(buzzing) > 1000 && readable(buzzing, 5 * SECOND), "it does not tick any more every microsecond");
}

// ---- signals -----------------------------------------------------------------------------------

static int of_user, of_realtime;

static int new_signalfd(int number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    int file;
    MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0 && (file = signalfd(-1, &set, SFD_NONBLOCK)) >= 0);
    return file;
}

static void send_signals(void)
{
    for (int i = 0; i < 2; i++)
        MUST(sigqueue(getpid(), SIGRTMIN + 1, (union sigval) { .sival_int = 100 + i }) == 0);
    MUST(kill(getpid(), SIGUSR1) == 0);
}

static void prepare_signals(void)
{
    of_user = new_signalfd(SIGUSR1);
    of_realtime = new_signalfd(SIGRTMIN + 1);
    send_signals();
}

static void check_signals(void)
{
    struct signalfd_siginfo info[3] = { 0 };
    EXPECT(read(of_user, info, sizeof info) == sizeof *info && info->ssi_signo == SIGUSR1 && info->ssi_pid == (uint32_t)getpid(), "SIGUSR1 cannot be read");
    EXPECT(read(of_realtime, info, sizeof info) == 2 * sizeof *info && info[0].ssi_int == 100 && info[1].ssi_int == 101, "the real-time signals cannot be read");
    send_signals();
}

// ---- all ---------------------------------------------------------------------------------------

static void prepare(void)
{
    prepare_counters();
    prepare_timers();
    prepare_signals();
}

static void check(void)
{
    check_counters();
    check_timers();
    check_signals();
}

static void spoil(int number)
{
    struct itimerspec other = { timespec_of(0), timespec_of(HOUR) };
    switch (number) {
    case 1: MUST(eventfd_write(counter, 1) == 0); break;
    case 2: MUST(take(semaphore) == 1); break;
    case 3: take(full); break;
    case 4: MUST(dup2(full, twin) == twin && eventfd_write(full, 0) == 0); break;
    case 5: MUST(timerfd_settime(timers[0][RELATIVE], 0, &other, NULL) == 0); left_before[0] = HOUR - SECOND; break;
    case 6: MUST(timerfd_settime(timers[4][ABSOLUTE], 0, &other, NULL) == 0); ends[4] += SECOND; break;
    case 7: MUST(timerfd_settime(canceled, 0, &other, NULL) == 0); break;
    case 8: expire(disarmed); break;
    case 9: take(expired); break;
    case 10: take(marked); break;
    case 11: MUST(timerfd_settime(ticking, 0, &other, NULL) == 0); break;
    case 12: MUST(timerfd_settime(buzzing, 0, &other, NULL) == 0); break;
    case 13: MUST(read(of_user, (struct signalfd_siginfo[1]) { 0 }, sizeof(struct signalfd_siginfo)) > 0); break;
    case 14: MUST(read(of_realtime, (struct signalfd_siginfo[1]) { 0 }, sizeof(struct signalfd_siginfo)) > 0); break;
    }
}

WORKLOAD(14)
