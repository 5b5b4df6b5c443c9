// Everything madvise can set on a mapping, and the contents of such mappings.
#include "workload.h"

enum { LENGTH = 2 * 1024 * 1024 };

static struct area { const char *what; int advice, flags; uint8_t *address; char before[200]; } areas[] = {
    { .what = "plain", .advice = MADV_NORMAL },
    { .what = "dontfork", .advice = MADV_DONTFORK },
    { .what = "wipeonfork", .advice = MADV_WIPEONFORK },
    { .what = "dontdump", .advice = MADV_DONTDUMP },
    { .what = "hugepage", .advice = MADV_HUGEPAGE },
    { .what = "nohugepage", .advice = MADV_NOHUGEPAGE },
    { .what = "sequential", .advice = MADV_SEQUENTIAL },
    { .what = "random", .advice = MADV_RANDOM },
    { .what = "mergeable", .advice = MADV_MERGEABLE },
    { .what = "noreserve", .advice = MADV_NORMAL, .flags = MAP_NORESERVE },
    { .what = "shared and dontfork", .advice = MADV_DONTFORK, .flags = MAP_SHARED },
    { .what = "shared and dontdump", .advice = MADV_DONTDUMP, .flags = MAP_SHARED },
};

static void prepare(void)
{
    for (int i = 0; i < COUNT(areas); i++) {
        int flags = areas[i].flags | MAP_ANONYMOUS | (areas[i].flags & MAP_SHARED ? 0 : MAP_PRIVATE);
        uint8_t *around = mmap(NULL, LENGTH + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        areas[i].address = mmap(around + PAGE, LENGTH, PROT_READ | PROT_WRITE, flags | MAP_FIXED, -1, 0);
        MUST(around != MAP_FAILED && areas[i].address != MAP_FAILED);
        fill(areas[i].address, LENGTH / 2, i);
        MUST(madvise(areas[i].address, LENGTH, areas[i].advice) == 0);
    }
    for (int i = 0; i < COUNT(areas); i++)
        smaps_line(areas[i].address, "VmFlags:", areas[i].before, sizeof areas[i].before);
}

static void check(void)
{
    for (int i = 0; i < COUNT(areas); i++) {
        char after[200];
        smaps_line(areas[i].address, "VmFlags:", after, sizeof after);
        EXPECT(!strcmp(areas[i].before, after), "%s: flags are%s, not%s", areas[i].what, after, areas[i].before);
        expect_filled(areas[i].address, LENGTH / 2, i, areas[i].what);
        expect_zero(areas[i].address + LENGTH / 2, LENGTH / 2, areas[i].what);
    }
}

static void spoil(int number)
{
    static const int opposite[] = { MADV_RANDOM, MADV_DOFORK, MADV_KEEPONFORK, MADV_DODUMP, MADV_NOHUGEPAGE, MADV_HUGEPAGE, MADV_NORMAL, MADV_NORMAL, MADV_UNMERGEABLE };
    if (number <= COUNT(opposite))
        MUST(madvise(areas[number - 1].address, LENGTH, opposite[number - 1]) == 0);
    else
        areas[2].address[100]++;
}

WORKLOAD(10)
