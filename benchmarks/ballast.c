// ballast DIRECTORY MEBIBYTES [huge|small [CHILDREN]]: a process that is mostly memory, for the whole-process benchmarks.
//
// The protocol is that of tests/workloads: DIRECTORY/status says "ready", and a file DIRECTORY/check.1 is answered with
// DIRECTORY/verdict.1, which says whether every byte is as it was. The memory is filled as heaps are: of eight
// pages three hold small integers, two records with pointers, two words, and one bytes that do not compress. LZ4 makes half of it.
// Children share the memory copy-on-write, but for a hundredth that each of them writes; child N says status.N and verdict.1.N.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

// So many pages of a kind stand together.
enum { PAGE = 4096, RUN = 8 };

static const char *const words[] = {
    "checkpoint", "restore", "the", "of", "a", "process", "kernel", "and", "memory", "page", "is", "file", "in", "descriptor", "to", "thread",
    "signal", "that", "registers", "with", "address", "for", "mapping", "it", "stream", "as", "task", "written", "frozen", "on", "image", "pipe",
};

static uint64_t state = 0x9E3779B97F4A7C15;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void fill_pointers(uint64_t *page)
{
    uint64_t heap = 0x7f0000000000 | (next() & 0xFFFFF0000000);
    for (int i = 0; i < PAGE / 8; i += 4) {
        page[i] = heap + (next() & 0xFFFFF0);
        page[i + 1] = heap + (next() & 0xFFFFF0);
        page[i + 2] = next() & 0xFF;
        page[i + 3] = 0x2000000001;
    }
}

static void fill_words(char *page)
{
    for (int used = 0; used < PAGE;) {
        const char *word = words[next() % (sizeof words / sizeof *words)];
        for (; *word && used < PAGE; word++)
            page[used++] = *word;
        if (used < PAGE)
            page[used++] = ' ';
    }
}

static void fill_integers(uint64_t *page)
{
    for (int i = 0; i < PAGE / 8; i++)
        page[i] = next() % 1000;
}

static void fill_noise(uint64_t *page)
{
    for (int i = 0; i < PAGE / 8; i++)
        page[i] = next();
}

static uint64_t sum(const uint64_t *memory, size_t length)
{
    uint64_t result = 0;
    for (size_t i = 0; i < length / 8; i++)
        result = result * 31 + memory[i];
    return result;
}

static void say(const char *directory, const char *name, const char *text)
{
    char path[4096], partial[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    snprintf(partial, sizeof partial, "%s/.%s", directory, name);
    FILE *file = fopen(partial, "we");
    if (!file || fprintf(file, "%s\n", text) < 0 || fclose(file) || rename(partial, path))
        exit(3);
}

// Says ready, and then, when asked, whether the memory is what it was.
static void answer(const char *directory, int self, const uint64_t *memory, size_t length)
{
    uint64_t before = sum(memory, length);
    char path[4096], text[64], suffix[16] = "", name[32];
    if (self)
        snprintf(suffix, sizeof suffix, ".%d", self);
    snprintf(path, sizeof path, "%s/check.1", directory);
    snprintf(text, sizeof text, "ready 0x%lx %d", (unsigned long)memory, getpid());
    snprintf(name, sizeof name, "status%s", suffix);
    say(directory, name, text);
    while (access(path, F_OK))
        usleep(100000);
    snprintf(name, sizeof name, "verdict.1%s", suffix);
    say(directory, name, sum(memory, length) == before ? "OK" : "the memory is not what it was");
    for (;;)
        pause();
}

int main(int count, char **arguments)
{
    if (count < 3) {
        fprintf(stderr, "usage: ballast DIRECTORY MEBIBYTES [huge|small [CHILDREN]]\n");
        return 2;
    }
    const size_t huge_page = 2 << 20, length = strtoul(arguments[2], NULL, 10) << 20;
    char *memory = mmap(NULL, length + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 3;
    memory = (char *)(((uintptr_t)memory + huge_page - 1) & ~(huge_page - 1));
    if (madvise(memory, length, count > 3 && !strcmp(arguments[3], "huge") ? MADV_HUGEPAGE : MADV_NOHUGEPAGE))
        return 3;
    for (size_t at = 0; at < length; at += PAGE)
        switch (at / PAGE / RUN % 8) {
        case 0: fill_noise((uint64_t *)(memory + at)); break;
        case 1: case 3: fill_pointers((uint64_t *)(memory + at)); break;
        case 5: case 7: fill_words(memory + at); break;
        default: fill_integers((uint64_t *)(memory + at)); break;
        }
    int children = count > 4 ? atoi(arguments[4]) : 0, self = 0;
    for (int i = 1; i <= children && !self; i++)
        if (!fork()) {
            self = i;
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (size_t at = 0; at < length / 100; at += PAGE)
                fill_integers((uint64_t *)(memory + (length / 100 * (i % 100) & -PAGE) + at));
        }
    answer(arguments[1], self, (uint64_t *)memory, length);
}
