// A one-shot alarm far away: the time that is left goes on counting down from where it was.
#include <sys/time.h>
#include "workload.h"

static int64_t armed, left_then;

static int64_t left(void)
{
    struct itimerval value;
    getitimer(ITIMER_REAL, &value);
    EXPECT(value.it_interval.tv_sec == 0 && value.it_interval.tv_usec == 0, "a one-shot alarm has an interval");
    return value.it_value.tv_sec * SECOND + value.it_value.tv_usec * 1000;
}

static void prepare(void)
{
    alarm(1000);
    left_then = left();
    armed = now();
}

static void check(void)
{
    int64_t passed = now() - armed, is = left();
    EXPECT(is <= left_then, "%.3f s are left, more than before", is / 1e9);
    EXPECT(is >= left_then - passed - 20 * MILLISECOND, "%.3f s are left", is / 1e9);
    EXPECT(is <= left_then - passed + stood_still + SECOND, "%.3f s are left, the alarm stood still", is / 1e9);
}

static void spoil(int number) { alarm(number == 1 ? 1001 : number == 2 ? 0 : 900); }

WORKLOAD(3)
