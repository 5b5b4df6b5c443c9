// Guard regions (MADV_GUARD_INSTALL, Linux 6.13): pages inside a mapping that may not be touched.
#include "workload.h"

#define GUARD_INSTALL 102
#define GUARD_REMOVE 103
enum { PAGES = 64 };

static uint8_t *area;
static bool guarded(int i) { return i % 8 == 3 || i == 60 || i == 61; }

static bool can_read(int i)
{
    int ends[2];
    MUST(pipe(ends) == 0);
    bool can = write(ends[1], area + i * PAGE, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return can;
}

static void prepare(void)
{
    area = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(area != MAP_FAILED);
    fill(area, PAGES / 2 * PAGE, 3);
    for (int i = 0; i < PAGES; i++)
        if (guarded(i))
            MUST(madvise(area + i * PAGE, PAGE, GUARD_INSTALL) == 0);
}

static void check(void)
{
    for (int i = 0; i < PAGES; i++) {
        EXPECT(can_read(i) == !guarded(i), "page %d is %sguarded", i, guarded(i) ? "not " : "");
        if (!guarded(i) && can_read(i))
            i < PAGES / 2 ? expect_filled(area + i * PAGE, PAGE, 3 + i * PAGE / 8, "page") : expect_zero(area + i * PAGE, PAGE, "page");
    }
}

static void spoil(int number)
{
    MUST(madvise(area + (number == 1 ? 60 : 5) * PAGE, PAGE, number == 1 ? GUARD_REMOVE : GUARD_INSTALL) == 0);
}

WORKLOAD(2)
