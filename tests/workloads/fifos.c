// FIFOs: readers and writers in any mix, contents, no writer yet, writers gone, deleted ones; and pipes opened with O_PATH.
#include <poll.h>
#include <sys/ioctl.h>
#include "workload.h"

static struct { int reader, writer, both, name; } full, deleted;
static int waiting, left, alone, packets[2], pipe_end[2], pipe_name, path_only;

static void path_of(char path[NAME_SIZE], const char *name) { snprintf(path, NAME_SIZE, "%s/%s", directory, name); }

static int make(const char *name, int flags)
{
    char path[NAME_SIZE];
    int file;
    path_of(path, name);
    MUST((mkfifo(path, 0640) == 0 || errno == EEXIST) && (file = open(path, flags)) >= 0);
    return file;
}

static void delete(const char *name)
{
    char path[NAME_SIZE];
    path_of(path, name);
    MUST(unlink(path) == 0);
}

static void prepare(void)
{
    full.both = make("full", O_RDWR);
    full.reader = make("full", O_RDONLY | O_CLOEXEC);
    full.writer = make("full", O_WRONLY | O_NONBLOCK);
    full.name = make("full", O_PATH);
    MUST(fcntl(full.reader, F_SETPIPE_SZ, MIB) == (int)MIB);
    static char bytes[600 * 1000];
    fill(bytes, sizeof bytes, 5);
    MUST(write(full.both, bytes, sizeof bytes) == sizeof bytes);

    deleted.both = make("deleted", O_RDWR);
    deleted.reader = make("deleted", O_RDONLY);
    deleted.writer = make("deleted", O_WRONLY);
    close(deleted.both);
    MUST(write(deleted.writer, "some words", 10) == 10 && fchmod(deleted.writer, 0604) == 0 && fchown(deleted.writer, 11, 12) == 0);
    delete("deleted");

    waiting = make("waiting", O_RDONLY | O_NONBLOCK);
    left = make("left", O_RDONLY | O_NONBLOCK);
    int writer = make("left", O_WRONLY);
    MUST(write(writer, "last words", 10) == 10 && close(writer) == 0);
    int reader = make("alone", O_RDONLY | O_NONBLOCK);
    alone = make("alone", O_WRONLY);
    close(reader);

    packets[0] = make("packets", O_RDWR | O_NONBLOCK);
    packets[1] = make("packets", O_WRONLY);
    MUST(fcntl(packets[1], F_SETFL, O_DIRECT) == 0);
    MUST(write(packets[1], "one", 3) == 3 && write(packets[1], "three", 5) == 5);
    path_only = make("never opened", O_PATH);

    char path[40];
    MUST(pipe(pipe_end) == 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", pipe_end[0]);
    MUST((pipe_name = open(path, O_PATH)) >= 0);
    signal(SIGPIPE, SIG_IGN);
}

static int told(int file)
{
    struct pollfd asked = { file, POLLIN, 0 };
    MUST(poll(&asked, 1, 0) >= 0);
    return asked.revents;
}

static int available(int file)
{
    int length = -1;
    ioctl(file, FIONREAD, &length);
    return length;
}

static void check(void)
{
    static char bytes[600 * 1000];
    char text[40];
    struct stat one, other;
    EXPECT(available(full.reader) == sizeof bytes && fcntl(full.writer, F_GETPIPE_SZ) == (int)MIB, "%d bytes in %d", available(full.reader), fcntl(full.writer, F_GETPIPE_SZ));
    EXPECT(read(full.reader, bytes, sizeof bytes) == sizeof bytes, "read less");
    expect_filled(bytes, sizeof bytes, 5, "the contents");
    EXPECT(write(full.writer, bytes, sizeof bytes) == sizeof bytes, "cannot be filled again: %s", strerror(errno));
    EXPECT((fcntl(full.writer, F_GETFL) & ~0100000) == (O_WRONLY | O_NONBLOCK) && (fcntl(full.reader, F_GETFL) & ~0100000) == O_RDONLY && fcntl(full.reader, F_GETFD) == FD_CLOEXEC, "flags are %o and %o", fcntl(full.writer, F_GETFL), fcntl(full.reader, F_GETFL));
    EXPECT(fstat(full.name, &one) == 0 && fstat(full.both, &other) == 0 && one.st_ino == other.st_ino && (fcntl(full.name, F_GETFL) & O_PATH), "the path descriptor leads elsewhere");

    EXPECT(read(deleted.reader, text, sizeof text) == 10 && !memcmp(text, "some words", 10) && write(deleted.writer, text, 10) == 10, "the deleted one held \"%.10s\"", text);
    EXPECT(fstat(deleted.reader, &one) == 0 && fstat(deleted.writer, &other) == 0 && one.st_ino == other.st_ino, "the ends of the deleted one are strangers");
    EXPECT(one.st_nlink == 0 && (one.st_mode & 07777) == 0604 && one.st_uid == 11 && one.st_gid == 12, "the deleted one has %ld names, mode %o, owner %d:%d", one.st_nlink, one.st_mode, one.st_uid, one.st_gid);

    EXPECT(told(waiting) == 0 && read(waiting, text, 1) == 0, "a reader that waits for its first writer was told %x", told(waiting));
    EXPECT(told(left) == (POLLIN | POLLHUP) && available(left) == 10, "a reader whose writers went was told %x of %d bytes", told(left), available(left));
    EXPECT(write(alone, "x", 1) < 0 && errno == EPIPE, "a writer whose readers went can write");
    EXPECT(read(packets[0], text, 1) == 1 && *text == 'o' && read(packets[0], text, sizeof text) == 5 && !memcmp(text, "three", 5), "the packets came as \"%.5s\"", text);
    EXPECT(write(packets[1], "one", 3) == 3 && write(packets[1], "three", 5) == 5, "no packets can be written");
    EXPECT(fstat(path_only, &one) == 0 && S_ISFIFO(one.st_mode), "the one that is never opened has mode %o", one.st_mode);
    EXPECT(fstat(pipe_name, &one) == 0 && fstat(pipe_end[1], &other) == 0 && one.st_ino == other.st_ino && fcntl(pipe_name, F_GETFL) & O_PATH, "the path descriptor of a pipe leads elsewhere");
}

static void spoil(int number)
{
    switch (number) {
    case 1: MUST(dup2(make("other", O_RDWR | O_NONBLOCK), full.reader) == full.reader); break;
    case 2: make("waiting", O_RDWR); break;
    case 3: close(make("waiting", O_RDWR)); break;
    case 4: make("left", O_RDWR); break;
    case 5: make("alone", O_RDWR); break;
    case 6: MUST(fcntl(packets[1], F_SETFL, 0) == 0 && read(packets[0], (char[20]) { 0 }, 20) == 3 && read(packets[0], (char[20]) { 0 }, 20) == 5 && write(packets[1], "one", 3) == 3 && write(packets[1], "three", 5) == 5); break;
    case 7: MUST(dup2(make("named", O_RDWR), deleted.writer) == deleted.writer); break;
    case 8: MUST(dup2(full.name, pipe_name) == pipe_name); break;
    }
}

WORKLOAD(8)
