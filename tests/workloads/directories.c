// Open directories: where readdir had come to, in the middle and at the end.
#include <dirent.h>
#include "workload.h"

enum { FILES = 300, STEP = 7 };

static char list[FILES + 2][20];
static int by_descriptor, copy, path_only, total;
static char below[NAME_SIZE];
static DIR *stream, *at_end;

static void prepare(void)
{
    char name[NAME_SIZE + 20];
    struct dirent *entry;
    snprintf(below, sizeof below, "%s/entries", directory);
    MUST(mkdir(below, 0700) == 0);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "%s/entry %d", below, i);
        MUST(close(open(name, O_WRONLY | O_CREAT, 0600)) == 0);
    }
    DIR *all = opendir(below);
    MUST(all);
    while ((entry = readdir(all)))
        snprintf(list[total++], 20, "%.19s", entry->d_name);
    closedir(all);
    MUST(total == FILES + 2 && (stream = opendir(below)) && (at_end = opendir(below)));
    for (int i = 0; i < 100; i++)
        MUST(readdir(stream));
    while (readdir(at_end))
        ;
    MUST((by_descriptor = open(below, O_RDONLY | O_DIRECTORY)) >= 0 && (copy = dup(by_descriptor)) >= 0);
    MUST((path_only = open(below, O_PATH | O_DIRECTORY)) >= 0);
}

static int place;

static void check(void)
{
    struct { uint64_t inode, next; uint16_t length; uint8_t type; char name[]; } *entry;
    char buffer[400];
    struct dirent *read = readdir(stream);
    int expected = 100 + round_number - 1;
    EXPECT(read && !strcmp(read->d_name, list[expected]), "readdir gives %s, not %s", read ? read->d_name : "nothing", list[expected]);
    EXPECT(!readdir(at_end), "a directory that was read to its end goes on");
    long length = syscall(SYS_getdents64, round_number % 2 ? by_descriptor : copy, buffer, sizeof buffer);
    EXPECT(length > 0, "getdents64: %s", strerror(errno));
    for (long at = 0; at < length; at += entry->length, place++) {
        entry = (void *)(buffer + at);
        EXPECT(!strcmp(entry->name, list[place]), "entry %d is %s, not %s", place, entry->name, list[place]);
    }
    EXPECT(faccessat(path_only, "entry 5", F_OK, 0) == 0 && faccessat(dirfd(stream), "entry 6", F_OK, 0) == 0, "the directory is another one");
    EXPECT(fcntl(dirfd(stream), F_GETFD) == FD_CLOEXEC && fcntl(copy, F_GETFD) == 0, "close-on-exec is wrong");
}

static void spoil(int number)
{
    switch (number) {
    case 1: lseek(by_descriptor, 0, SEEK_SET); readdir(stream); break;
    case 2: lseek(dirfd(at_end), 0, SEEK_SET); break;
    case 3: close(path_only); break;
    }
}

WORKLOAD(3)
