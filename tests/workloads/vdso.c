// Threads that ask the vDSO for the time without a pause: it never goes backwards, and is the kernel's.
#include "workload.h"

static atomic_llong calls[3];
static atomic_llong shift;

static void *read_clock(void *argument)
{
    static const clockid_t clocks[] = { CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME };
    long kind = (long)argument;
    int64_t last = clock_now(clocks[kind]);
    for (;; calls[kind]++) {
        int64_t time = clock_now(clocks[kind]) + (kind == 1 ? shift : 0);
        EXPECT(time >= last, "clock %ld went back by %lld us", kind, (long long)(last - time) / 1000);
        last = time;
        if (calls[kind] % 1000 == 0) {
            struct timespec kernel;
            syscall(SYS_clock_gettime, clocks[kind], &kernel);
            int64_t behind = kernel.tv_sec * SECOND + kernel.tv_nsec - time;
            EXPECT(behind >= 0 && behind < 60 * SECOND, "clock %ld differs from the kernel's by %lld us", kind, (long long)behind / 1000);
        }
    }
    return NULL;
}

static void prepare(void)
{
    for (long i = 0; i < COUNT(calls); i++)
        start_thread(read_clock, (void *)i);
}

static void check(void)
{
    for (int i = 0; i < COUNT(calls); i++)
        moves_past(&calls[i], calls[i] + 10000, "a reader of a clock");
    unsigned cpu = 9999;
    EXPECT(getcpu(&cpu, NULL) == 0 && cpu < 9999, "getcpu");
    EXPECT(labs(time(NULL) - clock_now(CLOCK_REALTIME) / SECOND) <= 1, "time and clock_gettime differ");
}

static void spoil(int number) { shift = number == 1 ? -SECOND : 100 * SECOND; rest(100 * MILLISECOND); }

WORKLOAD(2)
