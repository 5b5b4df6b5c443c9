// Mappings of the common kinds and their bytes: private, shared, sparse, without access, cut up by mprotect, and the heap.
#include "workload.h"

enum { SPARSE_PIECES = 20 };

static uint8_t *private_area, *shared_area, *sparse, *closed, *pieces;
static void *heap[500];
static size_t heap_size(int i) { return 64 + mixed(i) % 100000 / 8 * 8; }

static uint8_t *map(size_t length, int protection, int flags)
{
    void *area = mmap(NULL, length, protection, flags | MAP_ANONYMOUS, -1, 0);
    MUST(area != MAP_FAILED);
    return area;
}

static uint8_t *piece(int i) { return sparse + i * (100 * GIB / SPARSE_PIECES) + mixed(i) % 1000 * PAGE; }

static void prepare(void)
{
    private_area = map(40 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    fill(private_area, 40 * MIB, 1);
    shared_area = map(8 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED);
    fill(shared_area, 4 * MIB, 2);
    sparse = map(100 * GIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE);
    for (int i = 0; i < SPARSE_PIECES; i++)
        fill(piece(i), 2 * PAGE, 100 + i);
    closed = map(MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    fill(closed, MIB, 3);
    MUST(mprotect(closed, MIB, PROT_NONE) == 0);
    pieces = map(64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    fill(pieces, 64 * PAGE, 4);
    for (int i = 0; i < 64; i += 2)
        MUST(mprotect(pieces + i * PAGE, PAGE, i % 4 ? PROT_READ : PROT_NONE) == 0);
    for (int i = 0; i < COUNT(heap); i++)
        fill(heap[i] = malloc(heap_size(i)), heap_size(i), 1000 + i);
}

// Whether an access is allowed: the kernel reports a bad address for a forbidden one. Writing puts a byte back.
static bool may(uint8_t *address, bool write_too)
{
    int ends[2];
    MUST(pipe(ends) == 0);
    bool allowed = write(ends[1], address, 1) == 1 && (!write_too || read(ends[0], address, 1) == 1);
    close(ends[0]);
    close(ends[1]);
    return allowed;
}

static void check(void)
{
    expect_filled(private_area, 40 * MIB, round_number, "private mapping");
    fill(private_area, 40 * MIB, round_number + 1);
    expect_filled(shared_area, 4 * MIB, 2, "shared mapping");
    expect_zero(shared_area + 4 * MIB, 4 * MIB, "rest of the shared mapping");
    for (int i = 0; i < SPARSE_PIECES; i++) {
        expect_filled(piece(i), 2 * PAGE, 100 + i, "sparse mapping");
        expect_zero(piece(i) + 2 * PAGE, PAGE, "hole of the sparse mapping");
    }
    EXPECT(!may(closed, false), "a mapping without access can be read");
    MUST(mprotect(closed, MIB, PROT_READ) == 0);
    expect_filled(closed, MIB, 3, "mapping without access");
    MUST(mprotect(closed, MIB, PROT_NONE) == 0);
    for (int i = 0; i < 64; i++) {
        EXPECT(may(pieces + i * PAGE, false) == (i % 4 != 0), "piece %d: wrong read permission", i);
        EXPECT(may(pieces + i * PAGE, true) == (i % 2 != 0), "piece %d: wrong write permission", i);
        if (i % 4 != 0)
            expect_filled(pieces + i * PAGE, PAGE, 4 + i * PAGE / 8, "piece");
    }
    for (int i = 0; i < COUNT(heap); i++) {
        expect_filled(heap[i], heap_size(i), 1000 + i, "heap block");
        free(heap[i]);
        fill(heap[i] = malloc(heap_size(i)), heap_size(i), 1000 + i);
    }
}

static void spoil(int number)
{
    switch (number) {
    case 1: private_area[30 * MIB + 77]++; break;
    case 2: shared_area[5000]++; break;
    case 3: piece(7)[4096]++; break;
    case 4: MUST(mprotect(closed, PAGE, PROT_READ) == 0); break;
    case 5: MUST(mprotect(pieces + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE) == 0); break;
    case 6: MUST(madvise(private_area + MIB, PAGE, MADV_DONTNEED) == 0); break;
    }
}

WORKLOAD(6)
