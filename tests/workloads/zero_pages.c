// Much memory that was never touched, only read, or written with zeros: it stays zero and takes no room in memory or image.
#include "workload.h"

static uint8_t *untouched, *only_read, *zeroed;

static void prepare(void)
{
    untouched = mmap(NULL, GIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    only_read = mmap(NULL, 128 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    zeroed = mmap(NULL, 32 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(untouched != MAP_FAILED && only_read != MAP_FAILED && zeroed != MAP_FAILED);
    madvise(only_read, 128 * MIB, MADV_NOHUGEPAGE);
    expect_zero(only_read, 128 * MIB, "read area");
    memset(zeroed, 1, 32 * MIB);
    memset(zeroed, 0, 32 * MIB);
    fill(untouched + GIB / 2, 5 * PAGE, 1);
}

static void check(void)
{
    char text[100];
    smaps_line(untouched, "Rss:", text, sizeof text);
    EXPECT(strtoul(text, NULL, 10) * KIB <= 4 * MIB, "of the untouched area %s are resident", text);
    expect_filled(untouched + GIB / 2, 5 * PAGE, 1, "touched pages");
    expect_zero(untouched + GIB / 2 - 100 * PAGE, 100 * PAGE, "before the touched pages");
    expect_zero(untouched + GIB / 2 + 5 * PAGE, 100 * PAGE, "behind the touched pages");
    expect_zero(only_read, 128 * MIB, "read area");
    expect_zero(zeroed, 32 * MIB, "zeroed area");
    madvise(untouched, GIB / 4, MADV_DONTNEED);
}

static void spoil(int number)
{
    switch (number) {
    case 1: memset(untouched, 0, 20 * MIB); break;
    case 2: only_read[100 * MIB] = 1; break;
    case 3: zeroed[17 * MIB] = 1; break;
    }
}

WORKLOAD(3)
