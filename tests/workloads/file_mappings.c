// Mappings of regular files: private with own pages, shared, with offset, read-only, and beyond the file's end.
#include "workload.h"

enum { LENGTH = 64 * 4096 };

static int file, closed_later;
static uint8_t *private_map, *shared_map, *part, *read_only;

static void prepare(void)
{
    char name[NAME_SIZE];
    uint64_t *bytes = malloc(LENGTH);
    snprintf(name, sizeof name, "%s/mapped file", directory);
    fill(bytes, LENGTH, 1);
    MUST((file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600)) >= 0 && write(file, bytes, LENGTH) == LENGTH);
    MUST((closed_later = open(name, O_RDONLY)) >= 0);
    private_map = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    shared_map = mmap(NULL, LENGTH + 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    part = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 7 * PAGE);
    read_only = mmap(NULL, LENGTH, PROT_READ, MAP_SHARED, closed_later, 0);
    MUST(private_map != MAP_FAILED && shared_map != MAP_FAILED && part != MAP_FAILED && read_only != MAP_FAILED);
    close(closed_later);
    for (int i = 0; i < 64; i += 4)
        fill(private_map + i * PAGE, PAGE, 1000 + i);
    fill(part + PAGE, PAGE, 2000);
    fill(shared_map + 20 * PAGE, PAGE, 3000);
    free(bytes);
}

static void check(void)
{
    for (int i = 0; i < 64; i++) {
        uint64_t original = i == 20 ? 3000 : 1 + i * PAGE / 8;
        if (i == 30) // rewritten in every round
            continue;
        expect_filled(private_map + i * PAGE, PAGE, i % 4 ? original : 1000UL + i, "private mapping");
        expect_filled(shared_map + i * PAGE, PAGE, original, "shared mapping");
        expect_filled(read_only + i * PAGE, PAGE, original, "read-only mapping");
    }
    expect_filled(part, PAGE, 1 + 7 * PAGE / 8, "mapping of a part");
    expect_filled(part + PAGE, PAGE, 2000, "own page of the mapping of a part");
    expect_filled(part + 2 * PAGE, PAGE, 1 + 9 * PAGE / 8, "mapping of a part");
    uint64_t value = mixed(round_number), found = 0;
    memcpy(shared_map + 30 * PAGE, &value, 8);
    EXPECT(pread(file, &found, 8, 30 * PAGE) == 8 && found == value, "what is written to the shared mapping does not reach the file");
    EXPECT(!memcmp(read_only + 30 * PAGE, &value, 8), "two shared mappings of one file differ");
    value++;
    MUST(pwrite(file, &value, 8, 30 * PAGE + 800) == 8);
    EXPECT(!memcmp(shared_map + 30 * PAGE + 800, &value, 8), "what is written to the file does not reach the shared mapping");
    value--;
    MUST(pwrite(file, &value, 8, 29 * PAGE) == 8);
    EXPECT(!memcmp(private_map + 29 * PAGE, &value, 8), "a page of the private mapping that was never written is no more the file's");
    value = mixed(1 + 29 * PAGE / 8);
    MUST(pwrite(file, &value, 8, 29 * PAGE) == 8);
    struct stat status;
    EXPECT(fstat(file, &status) == 0 && status.st_size == LENGTH, "the file has %ld bytes", status.st_size);
}

static void spoil(int number)
{
    switch (number) {
    case 1: madvise(private_map, PAGE, MADV_DONTNEED); break;
    case 2: MUST(mmap(shared_map, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0) == shared_map); break;
    case 3: MUST(mmap(part, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 8 * PAGE) == part); break;
    case 4: ((volatile uint8_t *)private_map)[29 * PAGE] = private_map[29 * PAGE]; break; // the page becomes its own
    }
}

WORKLOAD(4)
