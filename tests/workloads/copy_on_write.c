// Memory that relatives share copy-on-write: children and a grandchild that each changed something of their parent's, a parent
// that changed something since, and siblings whose parent has executed another program. Contents and sharing are checked in each.
#include "workload.h"

enum { CHILDREN = 4, PIECES = 64, BLOCKS = 100, STACK_PIECES = 8, SECOND_PIECES = 16, PIECE_PAGES = 256, HUGE_PIECES = 8 };
enum { ORIGINAL, PARENTS = 20, GRANDCHILDS, ZERO, GONE }; // versions of a piece; else the number of the child that changed it, from 1 on
enum { BLOCK_SIZE = 64 * KIB, STACK_PIECE = 64 * KIB };
enum { FIRST_SIBLING = CHILDREN + 1, ROLES = CHILDREN + 3 }; // children, grandchild, two siblings

// What a process of the family is asked and answers, in memory that all share.
static struct slot {
    atomic_int asked, answered, spoil;
    char text[300];
} *slots;

static uint8_t *area, *second, *huge, *stack, *blocks[BLOCKS];
static uint8_t versions[PIECES], block_versions[BLOCKS], stack_versions[STACK_PIECES], second_versions[SECOND_PIECES];
static bool alone[PIECES]; // nobody else has the piece
static bool among_children[PIECES]; // what a restore makes of these is left to it: the parent has others
static bool has_stack;
static pid_t executed;

static uint8_t *map(size_t length, int advice)
{
    uint8_t *start = mmap(NULL, length + 2 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(start != MAP_FAILED);
    start += -(uintptr_t)start % (2 * MIB);
    MUST(madvise(start, length, advice) == 0);
    return start;
}

static uint64_t seed(int kind, int number, int version) { return kind * 1000000007ULL + number * 10000019ULL + version * 100000000003ULL; }

static void change(int number, int version)
{
    versions[number] = version;
    fill(area + number * MIB, MIB, seed(1, number, version));
}

static void change_block(int number, int version)
{
    block_versions[number] = version;
    fill(blocks[number], BLOCK_SIZE, seed(2, number, version));
}

static void change_stack(int number, int version)
{
    stack_versions[number] = version;
    fill(stack + number * STACK_PIECE, STACK_PIECE, seed(3, number, version));
}

static void change_second(int number, int version)
{
    second_versions[number] = version;
    fill(second + number * MIB, MIB, seed(4, number, version));
}

// How many of the whole pages in an area are in memory and mapped by others too: not PM_MMAP_EXCLUSIVE.
static int shared_pages(const uint8_t *start, size_t length)
{
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    int count = 0;
    uintptr_t first = ((uintptr_t)start + PAGE - 1) / PAGE, end = ((uintptr_t)start + length) / PAGE;
    uint64_t entries[PIECE_PAGES];
    MUST(end - first <= PIECE_PAGES && pread(pagemap, entries, (end - first) * 8, first * 8) == (ssize_t)((end - first) * 8));
    for (uintptr_t i = 0; i < end - first; i++)
        count += (entries[i] >> 63 & 1) && !(entries[i] >> 56 & 1);
    close(pagemap);
    return count;
}

static void expect_shared(const char *who, const char *what, int number, const uint8_t *start, size_t length, bool shared)
{
    int expected = shared ? ((uintptr_t)start + length) / PAGE - ((uintptr_t)start + PAGE - 1) / PAGE : 0, found = shared_pages(start, length);
    EXPECT(found == expected, "%s: %s %d shares %d of %d pages", who, what, number, found, expected);
}

static void check_own(const char *who)
{
    for (int i = 0; area && i < PIECES; i++) {
        uint8_t *piece = area + i * MIB;
        if (versions[i] == GONE) {
            EXPECT(msync(piece, MIB, MS_ASYNC) < 0, "%s: piece %d is back", who, i);
            continue;
        }
        if (versions[i] == ZERO)
            expect_zero(piece, MIB, who);
        else
            expect_filled(piece, MIB, seed(1, i, versions[i]), who);
        if (alone[i] || !among_children[i])
            expect_shared(who, "piece", i, piece, MIB, !alone[i]);
    }
    for (int i = 0; area && i < BLOCKS; i++) {
        expect_filled(blocks[i], BLOCK_SIZE, seed(2, i, block_versions[i]), who);
        if (i >= 10 * CHILDREN)
            expect_shared(who, "heap block", i, blocks[i], BLOCK_SIZE, true);
    }
    for (int i = 0; has_stack && i < STACK_PIECES; i++)
        expect_filled(stack + i * STACK_PIECE, STACK_PIECE, seed(3, i, stack_versions[i]), who);
    if (has_stack)
        expect_shared(who, "stack", 0, stack, STACK_PIECE, true);
    for (int i = 0; second && i < SECOND_PIECES; i++) {
        expect_filled(second + i * MIB, MIB, seed(4, i, second_versions[i]), who);
        expect_shared(who, "siblings' piece", i, second + i * MIB, MIB, i >= 2);
    }
    for (int i = 0; area && i < HUGE_PIECES; i++) {
        expect_filled(huge + i * MIB, MIB, seed(5, i, 0), who);
        expect_shared(who, "huge", i, huge + i * MIB, MIB, true);
    }
}

static __attribute__((noreturn)) void serve(int role)
{
    static const char *names[ROLES] = { "child 1", "child 2", "child 3", "child 4", "grandchild", "sibling 1", "sibling 2" };
    struct slot *own = slots + role;
    char flags[300];
    for (pid_t parent = getppid(); getppid() == parent; rest(2 * MILLISECOND)) {
        if (own->asked == own->answered)
            continue;
        *reason = 0;
        if (own->spoil == 1)
            area[62 * MIB]++;
        if (own->spoil == 2)
            fill(area + 30 * MIB, MIB, seed(1, 30, versions[30]));
        if (own->spoil == 3)
            area[48 * MIB] = 1;
        if (own->spoil == 4)
            fill(second + 7 * MIB, MIB, seed(4, 7, second_versions[7]));
        check_own(names[role]);
        if (role == 3) {
            smaps_line(area + 53 * MIB, "VmFlags:", flags, sizeof flags);
            EXPECT(*flags && !strstr(flags, " sr"), "child 4: flags%s", flags);
        }
        snprintf(own->text, sizeof own->text, "%s", reason);
        own->answered++;
    }
    _exit(0);
}

static void grow_up(int role)
{
    for (int i = 8 * role; i < 8 * role + 4; i++) {
        change(i, role + 1);
        alone[i] = role > 0; // the first one shares them with the grandchild
    }
    for (int i = 10 * role; i < 10 * role + 3; i++)
        change_block(i, role + 1);
    change_stack(role + 1, role + 1);
    switch (role) {
    case 0:
        if (!fork()) {
            for (int i = 40; i < 44; i++) {
                change(i, GRANDCHILDS);
                alone[i] = true;
            }
            change_stack(6, GRANDCHILDS);
            serve(CHILDREN);
        }
        break;
    case 1:
        MUST(madvise(area + 48 * MIB, MIB, MADV_DONTNEED) == 0);
        memset(area + 49 * MIB, 0, MIB);
        versions[48] = versions[49] = ZERO;
        among_children[48] = among_children[49] = true; // no pages any more, or the zero page, which counts as shared
        break;
    case 2:
        MUST(mprotect(area + 50 * MIB, MIB, PROT_READ) == 0 && madvise(area + 52 * MIB, MIB, MADV_DONTDUMP) == 0);
        break;
    case 3:
        MUST(munmap(area + 51 * MIB, MIB) == 0 && madvise(area + 53 * MIB, MIB, MADV_NORMAL) == 0);
        versions[51] = GONE;
        break;
    }
    serve(role);
}

// Two siblings share what their parent had, which is another program by now.
static void execute(void)
{
    MUST(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && munmap(area, PIECES * MIB) == 0);
    area = NULL;
    second = map(SECOND_PIECES * MIB, MADV_NOHUGEPAGE);
    for (int i = 0; i < SECOND_PIECES; i++)
        change_second(i, ORIGINAL);
    for (int i = 0; i < 2; i++)
        if (!fork()) {
            change_second(i, i + 1);
            serve(FIRST_SIBLING + i);
        }
    execl("/bin/sleep", "sleep", "100000", NULL);
    _exit(1);
}

static __attribute__((noinline)) void found_family(void)
{
    uint8_t space[STACK_PIECES * STACK_PIECE] __attribute__((aligned(4096)));
    stack = space;
    for (int i = 0; i < STACK_PIECES; i++)
        change_stack(i, ORIGINAL);
    has_stack = true;
    for (int i = 0; i < CHILDREN; i++)
        if (!fork())
            grow_up(i);
    has_stack = false;
    if (!(executed = fork()))
        execute();
}

// Asks all of the family, and takes over what they have to say.
static void ask_family(void)
{
    for (int i = 0; i < ROLES; i++) {
        int64_t limit = now() + patience;
        for (slots[i].asked++; slots[i].answered != slots[i].asked && now() < limit;)
            rest(MILLISECOND);
        EXPECT(slots[i].answered == slots[i].asked, "process %d of the family does not answer", i);
        if (slots[i].text[0])
            fail("%s", slots[i].text);
    }
}

static void prepare(void)
{
    slots = mmap(NULL, ROLES * sizeof *slots, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(slots != MAP_FAILED);
    area = map(PIECES * MIB, MADV_NOHUGEPAGE);
    huge = map(HUGE_PIECES * MIB, MADV_HUGEPAGE);
    for (int i = 0; i < PIECES; i++)
        change(i, ORIGINAL);
    for (int i = 0; i < HUGE_PIECES; i++)
        fill(huge + i * MIB, MIB, seed(5, i, 0));
    for (int i = 0; i < BLOCKS; i++) {
        MUST((blocks[i] = malloc(BLOCK_SIZE)));
        change_block(i, ORIGINAL);
    }
    MUST(madvise(area + 53 * MIB, MIB, MADV_SEQUENTIAL) == 0);
    for (int i = 56; i < 58; i++)
        among_children[i] = true;
    among_children[62] = true;
    found_family();
    for (int i = 56; i < 58; i++) {
        change(i, PARENTS);
        alone[i] = true;
    }
    MUST(madvise(area + 60 * MIB, MIB, MADV_DONTFORK) == 0 && madvise(area + 61 * MIB, MIB, MADV_WIPEONFORK) == 0);
    MUST(mlock(area + 62 * MIB, MIB) == 0); // which makes it the parent's own
    alone[62] = true;

    // All have done what they do, and the executed one has its own memory.
    char link[20], program[NAME_SIZE];
    snprintf(link, sizeof link, "/proc/%d/exe", executed);
    do {
        rest(MILLISECOND);
        memset(program, 0, sizeof program);
    } while (readlink(link, program, sizeof program - 1) > 0 && !strstr(program, "sleep") && !strstr(program, "coreutils"));
    ask_family();
    *reason = 0;
}

static void check(void)
{
    char flags[300];
    check_own("parent");
    smaps_line(area + 60 * MIB, "VmFlags:", flags, sizeof flags);
    EXPECT(strstr(flags, " dc"), "not kept from copies:%s", flags);
    smaps_line(area + 61 * MIB, "VmFlags:", flags, sizeof flags);
    EXPECT(strstr(flags, " wf"), "not wiped in copies:%s", flags);
    smaps_line(area + 62 * MIB, "VmFlags:", flags, sizeof flags);
    EXPECT(strstr(flags, " lo"), "not locked:%s", flags);
    ask_family();
}

static void spoil(int number)
{
    if (number <= 4)
        slots[(int[]) { 0, CHILDREN, 1, FIRST_SIBLING }[number - 1]].spoil = number;
    if (number == 5)
        area[56 * MIB + 1]++;
}

WORKLOAD(5)
