// Pipes inside the process: contents, sizes, flags, many descriptors on one end, ends that are closed.
#include <sys/ioctl.h>
#include "workload.h"

static struct { int ends[2]; const char *what; size_t size, length; int skip; } pipes[] = {
    { .what = "empty pipe", .size = 64 * KIB },
    { .what = "pipe with content", .size = 64 * KIB, .length = 5000, .skip = 808 },
    { .what = "full pipe", .size = 64 * KIB, .length = 64 * KIB },
    { .what = "small pipe", .size = PAGE, .length = 4000 },
    { .what = "big pipe", .size = MIB, .length = 900000 },
};
static int no_writer, no_reader[2], second_writer, second_reader, copies[20];
static uint64_t buffer[MIB / 8];

static void put(int i)
{
    fill(buffer, pipes[i].length + pipes[i].skip, i);
    MUST(write(pipes[i].ends[1], (char *)buffer + pipes[i].skip, pipes[i].length) == (ssize_t)pipes[i].length);
}

static int reopen(int descriptor, int flags)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return open(path, flags);
}

static void prepare(void)
{
    int ends[2];
    for (int i = 0; i < COUNT(pipes); i++) {
        MUST(pipe2(pipes[i].ends, i == 1 ? O_NONBLOCK | O_CLOEXEC : 0) == 0);
        MUST(pipes[i].size == 64 * KIB || fcntl(pipes[i].ends[0], F_SETPIPE_SZ, pipes[i].size) == (int)pipes[i].size);
        if (i == 1) { // the first page is partly read
            char skipped[8 * KIB];
            fill(buffer, pipes[i].length + pipes[i].skip, i);
            MUST(write(pipes[i].ends[1], buffer, pipes[i].length + pipes[i].skip) > 0);
            MUST(read(pipes[i].ends[0], skipped, pipes[i].skip) == pipes[i].skip);
        } else {
            put(i);
        }
    }
    MUST(pipe(ends) == 0 && write(ends[1], "last words", 10) == 10 && close(ends[1]) == 0);
    no_writer = ends[0];
    MUST(pipe(no_reader) == 0 && close(no_reader[0]) == 0);
    MUST((second_writer = reopen(pipes[0].ends[0], O_WRONLY | O_NONBLOCK)) >= 0);
    MUST((second_reader = reopen(pipes[0].ends[1], O_RDWR)) >= 0);
    for (int i = 0; i < COUNT(copies); i++)
        MUST((copies[i] = fcntl(pipes[2].ends[i % 2], F_DUPFD, 200)) >= 0);
    signal(SIGPIPE, SIG_IGN);
}

static void expect_same_file(int first, int second, const char *what)
{
    struct stat one, other;
    EXPECT(!fstat(first, &one) && !fstat(second, &other) && one.st_ino == other.st_ino, "%s is another pipe", what);
}

static void check(void)
{
    int waiting;
    for (int i = 0; i < COUNT(pipes); i++) {
        EXPECT(fcntl(pipes[i].ends[0], F_GETPIPE_SZ) == (int)pipes[i].size, "%s: size is %d", pipes[i].what, fcntl(pipes[i].ends[0], F_GETPIPE_SZ));
        EXPECT(!ioctl(pipes[i].ends[0], FIONREAD, &waiting) && waiting == (int)pipes[i].length, "%s holds %d bytes", pipes[i].what, waiting);
        size_t got = 0;
        for (ssize_t part; got < (size_t)waiting && (part = read(pipes[i].ends[0], (char *)buffer + pipes[i].skip + got, MIB - got)) > 0;)
            got += part;
        if (pipes[i].length) {
            uint64_t *expected = malloc(pipes[i].length + pipes[i].skip);
            fill(expected, pipes[i].length + pipes[i].skip, i);
            EXPECT(got == pipes[i].length && !memcmp((char *)expected + pipes[i].skip, (char *)buffer + pipes[i].skip, got), "%s: wrong content", pipes[i].what);
            free(expected);
            put(i);
        }
        int flags = fcntl(pipes[i].ends[0], F_GETFL), close_on_exec = fcntl(pipes[i].ends[1], F_GETFD);
        EXPECT(flags == (i == 1 ? O_NONBLOCK : 0), "%s: flags are %o", pipes[i].what, flags);
        EXPECT(close_on_exec == (i == 1 ? FD_CLOEXEC : 0), "%s: close-on-exec is %d", pipes[i].what, close_on_exec);
    }
    char text[20] = "";
    if (round_number == 1)
        EXPECT(read(no_writer, text, 20) == 10 && !memcmp(text, "last words", 10), "a pipe without writer lost its content");
    EXPECT(read(no_writer, text, 20) == 0, "a pipe without writer has no end");
    EXPECT(write(no_reader[1], "x", 1) < 0 && errno == EPIPE, "a pipe without reader can be written");
    EXPECT(write(second_writer, "abc", 3) == 3 && read(second_reader, text, 3) == 3 && !memcmp(text, "abc", 3), "descriptors opened later do not lead to the pipe");
    EXPECT(fcntl(second_writer, F_GETFL) & O_NONBLOCK && !(fcntl(pipes[0].ends[1], F_GETFL) & O_NONBLOCK), "flags of separate opens are mixed up");
    for (int i = 0; i < COUNT(copies); i++) {
        expect_same_file(copies[i], pipes[2].ends[0], "a copy");
        EXPECT((fcntl(copies[i], F_GETFL) & O_ACCMODE) == (i % 2 ? O_WRONLY : O_RDONLY), "a copy is the wrong end");
    }
    expect_same_file(second_reader, pipes[0].ends[0], "a second open");
}

static void spoil(int number)
{
    char byte;
    switch (number) {
    case 1: MUST(read(pipes[4].ends[0], &byte, 1) == 1); break;
    case 2: MUST(write(pipes[0].ends[1], "x", 1) == 1); break;
    case 3: fcntl(pipes[3].ends[0], F_SETPIPE_SZ, 64 * KIB); break;
    case 4: fcntl(pipes[1].ends[0], F_SETFL, 0); break;
    case 5: dup2(pipes[1].ends[1], copies[7]); break;
    case 6: close(no_writer); break;
    }
}

WORKLOAD(6)
