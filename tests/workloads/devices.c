// The harmless character devices.
#include "workload.h"

static const struct { const char *path; int flags; } list[] = {
    { "/dev/null", O_RDWR }, { "/dev/null", O_WRONLY | O_APPEND | O_CLOEXEC }, { "/dev/zero", O_RDONLY | O_NONBLOCK },
    { "/dev/full", O_RDWR }, { "/dev/random", O_RDONLY }, { "/dev/urandom", O_RDONLY | O_CLOEXEC }, { "/dev/null", O_PATH },
};
static int open_files[COUNT(list)];
static dev_t devices[COUNT(list)];

static void prepare(void)
{
    struct stat status;
    for (int i = 0; i < COUNT(list); i++) {
        MUST((open_files[i] = open(list[i].path, list[i].flags)) >= 0 && fstat(open_files[i], &status) == 0);
        devices[i] = status.st_rdev;
    }
    MUST(dup2(open_files[2], 40) == 40);
}

static void check(void)
{
    uint64_t bytes[8];
    struct stat status;
    for (int i = 0; i < COUNT(list); i++) {
        int flags = fcntl(open_files[i], F_GETFL), expected = list[i].flags & ~O_CLOEXEC;
        EXPECT((flags & ~0100000) == expected, "%s: flags are %o, not %o", list[i].path, flags, expected);
        EXPECT(fcntl(open_files[i], F_GETFD) == !!(list[i].flags & O_CLOEXEC), "%s: close-on-exec is wrong", list[i].path);
        EXPECT(fstat(open_files[i], &status) == 0 && status.st_rdev == devices[i], "%s is another device", list[i].path);
    }
    EXPECT(write(open_files[0], bytes, 64) == 64 && read(open_files[0], bytes, 64) == 0, "/dev/null does not swallow");
    memset(bytes, 1, 64);
    EXPECT(read(open_files[2], bytes, 64) == 64, "/dev/zero: %s", strerror(errno));
    expect_zero(bytes, 64, "/dev/zero");
    EXPECT(read(40, bytes, 64) == 64, "copy of /dev/zero: %s", strerror(errno));
    EXPECT(write(open_files[3], bytes, 64) < 0 && errno == ENOSPC, "/dev/full is not full");
    EXPECT(read(open_files[4], bytes, 64) == 64 && bytes[3], "/dev/random: %s", strerror(errno));
    EXPECT(read(open_files[5], bytes, 64) == 64 && bytes[3], "/dev/urandom: %s", strerror(errno));
}

static void spoil(int number)
{
    switch (number) {
    case 1: dup2(open_files[0], open_files[3]); break;
    case 2: fcntl(open_files[1], F_SETFD, 0); break;
    case 3: close(40); break;
    case 4: fcntl(open_files[2], F_SETFL, 0); break;
    }
}

WORKLOAD(4)
