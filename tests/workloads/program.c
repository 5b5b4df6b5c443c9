// What the process is: executable, arguments, environment, auxiliary vector, the heap's break, the addresses of all these.
#include <malloc.h>
#include <sys/auxv.h>
#include "workload.h"

static const char *names[] = { "/proc/self/cmdline", "/proc/self/environ", "/proc/self/auxv", "/proc/self/comm" };
static struct { char *bytes; size_t length; } before[COUNT(names)];
static char executable[PATH_MAX], addresses[1000];
static char *heap_end;

// The fields start_code end_code start_stack, and start_data to env_end, of /proc/self/stat.
static void read_addresses(char *text, size_t size)
{
    char *stat = read_file("/proc/self/stat", NULL), *field = strrchr(stat, ')');
    *text = 0;
    for (int i = 2; field; i++, field = strchr(field + 1, ' '))
        if ((i >= 26 && i <= 28) || (i >= 45 && i <= 51))
            snprintf(text + strlen(text), size - strlen(text), "%.*s ", (int)strcspn(field + 1, " \n"), field + 1);
    free(stat);
}

static void read_executable(char *text)
{
    ssize_t length = readlink("/proc/self/exe", text, PATH_MAX - 1);
    text[length < 0 ? 0 : length] = 0;
}

static void prepare(void)
{
    // As programs do that show a title: the arguments' memory is overwritten.
    for (char *slash = program_invocation_name; *slash; slash++)
        *slash = *slash == '/' ? ':' : *slash;
    mallopt(M_MMAP_THRESHOLD, 0); // malloc leaves the break alone
    heap_end = sbrk(5 * MIB + 123);
    memset(heap_end, 77, 5 * MIB + 123);
    heap_end = sbrk(0);
    read_executable(executable);
    read_addresses(addresses, sizeof addresses);
    for (int i = 0; i < COUNT(names); i++)
        before[i].bytes = read_file(names[i], &before[i].length);
}

static void check(void)
{
    char text[PATH_MAX];
    read_executable(text);
    EXPECT(!strcmp(text, executable), "the executable is %s, not %s", text, executable);
    read_addresses(text, sizeof text);
    EXPECT(!strcmp(text, addresses), "addresses are %s, not %s", text, addresses);
    for (int i = 0; i < COUNT(names); i++) {
        size_t length;
        char *bytes = read_file(names[i], &length);
        EXPECT(length == before[i].length && !memcmp(bytes, before[i].bytes, length), "%s changed", names[i]);
        free(bytes);
    }
    EXPECT(sbrk(0) == heap_end, "the heap ends at %p, not %p", sbrk(0), (void *)heap_end);
    EXPECT(heap_end[-1] == 77 && sbrk(MIB) == heap_end && sbrk(-(intptr_t)MIB) != (void *)-1, "the heap does not grow");
    heap_end[-1] = 77;
    read_addresses(addresses, sizeof addresses);
    EXPECT(getauxval(AT_SYSINFO_EHDR) && !memcmp((void *)getauxval(AT_SYSINFO_EHDR), "\177ELF", 4), "no vDSO where the auxiliary vector says");
}

static void spoil(int number)
{
    switch (number) {
    case 1: program_invocation_name[1] ^= 1; break;
    case 2: MUST(sbrk(4096) != (void *)-1); break;
    case 3: prctl(PR_SET_NAME, "else"); break;
    case 4: environ[0][0] ^= 1; break;
    }
}

WORKLOAD(4)
