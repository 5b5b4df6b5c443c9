// The whole list of mappings is the same: addresses, permissions, offsets, files. Nothing is left over, nothing is missing.
#include "workload.h"

static char before[200000], after[200000];

// The mappings, with neighbours of one kind joined: where the kernel cuts them is no state that a program relies on.
static void read_mappings(char *text, size_t size)
{
    static char copy[200000];
    char permissions[5], rest[4200], last[4200] = "", *next;
    unsigned long start, end, offset, joined_start = 0, joined_end = 0, joined_offset = 0;
    size_t used = 0;
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    for (ssize_t got; (got = read(file, copy + used, sizeof copy - used - 1)) > 0;)
        used += got;
    copy[used] = 0;
    close(file);
    *text = 0;
    used = 0;
    for (char *line = strtok_r(copy, "\n", &next); ; line = strtok_r(NULL, "\n", &next)) {
        char kind[4300] = "";
        if (line) {
            MUST(sscanf(line, "%lx-%lx %4s %lx %4199[^\n]", &start, &end, permissions, &offset, rest) == 5);
            if (strstr(rest, " /dev/zero (deleted)"))
                strcpy(rest, "shared anonymous memory"); // whose inode number is the kernel's own
            snprintf(kind, sizeof kind, "%s %s", permissions, rest);
        }
        bool joins = !strcmp(kind, last) && start == joined_end && (!strncmp(rest, "00:00 0", 7) || offset == joined_offset + joined_end - joined_start);
        if (joins && line) {
            joined_end = end;
            continue;
        }
        if (*last)
            used += snprintf(text + used, size - used, "%lx-%lx %lx %s\n", joined_start, joined_end, joined_offset, last);
        if (!line)
            return;
        strcpy(last, kind);
        joined_start = start, joined_end = end, joined_offset = offset;
    }
}

static void *area;

static void prepare(void)
{
    static char buffer[BUFSIZ];
    setvbuf(stderr, buffer, _IOFBF, sizeof buffer);
    area = mmap(NULL, 100 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(area != MAP_FAILED && munmap((char *)area + 50 * PAGE, PAGE) == 0);
    MUST(mmap(NULL, 77 * PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    MUST(mmap((void *)0x10000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == (void *)0x10000);
    MUST(mmap((void *)0x7ffffffde000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != MAP_FAILED || errno == EEXIST);
    say("warm", "up"); // so that the heap and the stack have their size
    asked_for("warm");
    read_mappings(before, sizeof before);
    read_mappings(before, sizeof before);
}

static void check(void)
{
    read_mappings(after, sizeof after);
    char *line = after, *old = before;
    for (; *line && *line == *old; line++, old++)
        ;
    if (*line || *old) {
        while (line > after && line[-1] != '\n')
            line--, old--;
        fail("mappings differ: %.*s, not %.*s", (int)strcspn(line, "\n"), line, (int)strcspn(old, "\n"), old);
    }
}

static void spoil(int number)
{
    switch (number) {
    case 1: MUST(munmap(area, PAGE) == 0); break;
    case 2: MUST(mprotect(area, PAGE, PROT_READ) == 0); break;
    case 3: MUST(mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED); break;
    case 4: MUST(sbrk(PAGE) != (void *)-1); break;
    }
}

WORKLOAD(4)
