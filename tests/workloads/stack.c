// The main stack, and a mapping of the same kind, grow on after a restore; what was deep in them is still there.
#include "workload.h"

static uint8_t *area_end;
static uint64_t *deep;
enum { AREA = 1024 * 1024 };

// Uses so much stack, and then does the rest.
static __attribute__((noinline)) uint64_t use_stack(size_t length, uint64_t seed)
{
    volatile uint64_t part[2048];
    for (int i = 0; i < COUNT(part); i++)
        part[i] = mixed(seed + i);
    uint64_t below = length > sizeof part ? use_stack(length - sizeof part, seed + 1) : 0;
    for (int i = 0; i < COUNT(part); i++)
        below += part[i] == mixed(seed + i);
    return below;
}

static void prepare(void)
{
    use_stack(300 * KIB, 1);
    uint8_t *area = mmap(NULL, 16 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(area != MAP_FAILED && munmap(area, 16 * MIB) == 0);
    area_end = area + 16 * MIB;
    uint8_t *growing = mmap(area_end - PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
    MUST(growing != MAP_FAILED);
    fill(growing, PAGE, 5);
    deep = (uint64_t *)growing;
}

static void check(void)
{
    size_t length = round_number * 500 * KIB, pieces = (length + 16383) / 16384;
    EXPECT(use_stack(length, round_number) == pieces * 2048, "the stack lost something");
    expect_filled(deep, PAGE, 5, "growing mapping");
    char flags[200];
    smaps_line(deep, "VmFlags:", flags, sizeof flags);
    EXPECT(strstr(flags, " gd"), "the growing mapping grows no more:%s", flags);
    uint8_t *lower = area_end - PAGE - round_number * 10 * PAGE;
    for (uint8_t *page = area_end - PAGE - (round_number - 1) * 10 * PAGE; page > lower; page -= PAGE)
        page[-8] = 1; // a segmentation fault where it does not grow
    EXPECT(lower[PAGE - 8] == 1, "no page below");
}

static void spoil(int number)
{
    (void)number;
    deep[3]++;
}

WORKLOAD(1)
