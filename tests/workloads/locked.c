// Locked memory: at once, on fault, and everything that comes later.
#include "workload.h"

static uint8_t *now_locked, *on_fault, *future;

// Between pages without access, so that it does not become one with its neighbours.
static uint8_t *map(size_t length)
{
    uint8_t *around = mmap(NULL, length + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(around != MAP_FAILED);
    return mmap(around + PAGE, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void prepare(void)
{
    now_locked = map(MIB);
    on_fault = map(MIB);
    MUST(mlock(now_locked, MIB / 2) == 0 && mlock2(on_fault, MIB, MLOCK_ONFAULT) == 0);
    fill(on_fault, 10 * PAGE, 7);
    MUST(mlockall(MCL_FUTURE) == 0);
    future = map(64 * KIB);
    fill(future, 64 * KIB, 8);
}

static void expect_locked(uint8_t *area, bool locked, bool lazily, size_t resident, const char *what)
{
    char flags[200], size[100];
    smaps_line(area, "VmFlags:", flags, sizeof flags);
    EXPECT(!!strstr(flags, " lo") == locked, "%s: flags are%s", what, flags);
    EXPECT(!!strstr(flags, " lf") == lazily, "%s: flags are%s", what, flags);
    smaps_line(area, "Rss:", size, sizeof size);
    EXPECT(strtoul(size, NULL, 10) * KIB == resident, "%s: %s are resident, not %zu KiB", what, size, resident / KIB);
}

static void check(void)
{
    expect_locked(now_locked, true, false, MIB / 2, "locked area");
    expect_locked(on_fault, true, true, 10 * PAGE, "area locked on fault");
    expect_locked(future, true, false, 64 * KIB, "area locked from its birth");
    expect_locked(now_locked + MIB / 2, false, false, 0, "area that is not locked");
    expect_filled(on_fault, 10 * PAGE, 7, "area locked on fault");
    expect_filled(future, 64 * KIB, 8, "area locked from its birth");
    uint8_t *new = map(32 * KIB);
    expect_locked(new, true, false, 32 * KIB, "new area");
    munmap(new, 32 * KIB);
}

static void spoil(int number)
{
    switch (number) {
    case 1: munlock(now_locked, MIB); break;
    case 2: mlock(on_fault, MIB); break;
    case 3: mlockall(MCL_CURRENT); munlock(now_locked + MIB / 2, MIB / 2); break;
    }
}

WORKLOAD(3)
