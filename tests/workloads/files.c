// Regular files: offsets, flags, shared and separate open file descriptions, odd descriptors.
#include "workload.h"

static int plain, twin, separate, append, path_only, at_exec, high, write_only;
static int round_offset;
static char name[NAME_SIZE], log_name[NAME_SIZE];

static void prepare(void)
{
    snprintf(name, sizeof name, "%s/plain file (odd) name", directory);
    snprintf(log_name, sizeof log_name, "%s/log", directory);
    MUST((plain = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600)) >= 0);
    for (int i = 0; i < 10000; i++)
        MUST(dprintf(plain, "line %05d\n", i) == 11);
    MUST(lseek(plain, round_offset = 11 * 17, SEEK_SET) == 11 * 17);
    MUST((twin = dup(plain)) >= 0);
    MUST((separate = open(name, O_RDONLY | O_NOATIME)) >= 0 && lseek(separate, 33, SEEK_SET) == 33);
    MUST((append = open(log_name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600)) >= 0 && dprintf(append, "begin\n") == 6);
    MUST((write_only = open(log_name, O_WRONLY | O_DSYNC)) >= 0 && lseek(write_only, 3, SEEK_SET) == 3);
    MUST((path_only = open(name, O_PATH)) >= 0);
    MUST((at_exec = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) >= 0);
    MUST((high = fcntl(separate, F_DUPFD, 9000)) == 9000);
    MUST(lseek(at_exec, 1LL << 33, SEEK_SET) == 1LL << 33);
}

static off_t position(int descriptor) { return lseek(descriptor, 0, SEEK_CUR); }

static void check(void)
{
    char text[20] = "";
    EXPECT(position(plain) == round_offset, "offset is %ld, not %d", position(plain), round_offset);
    EXPECT(read(twin, text, 11) == 11 && atoi(text + 5) == round_offset / 11, "read \"%s\" at %d", text, round_offset);
    round_offset += 11;
    EXPECT(position(plain) == round_offset, "duplicated descriptors do not share their offset");
    EXPECT(position(separate) == 33, "offset of the separate open is %ld", position(separate));
    EXPECT(lseek(high, 0, SEEK_CUR) == 33, "offset of the high descriptor is %ld", position(high));
    EXPECT(position(write_only) == 3, "offset of the write-only open is %ld", position(write_only));
    EXPECT(position(at_exec) == 1LL << 33, "offset beyond the end is %ld", position(at_exec));

    EXPECT(fcntl(plain, F_GETFL) == (O_RDWR | O_LARGEFILE | 0100000), "flags of the plain file are %o", fcntl(plain, F_GETFL));
    EXPECT((fcntl(separate, F_GETFL) & ~0100000) == O_NOATIME, "flags of the separate open are %o", fcntl(separate, F_GETFL));
    EXPECT((fcntl(append, F_GETFL) & ~0100000) == (O_WRONLY | O_APPEND), "flags of the log are %o", fcntl(append, F_GETFL));
    EXPECT((fcntl(write_only, F_GETFL) & ~0100000) == (O_WRONLY | O_DSYNC), "flags with O_DSYNC are %o", fcntl(write_only, F_GETFL));
    EXPECT((fcntl(at_exec, F_GETFL) & ~0100000) == O_NONBLOCK, "flags with O_NONBLOCK are %o", fcntl(at_exec, F_GETFL));
    EXPECT(fcntl(path_only, F_GETFL) & O_PATH, "O_PATH is lost");
    EXPECT(read(path_only, text, 1) < 0 && errno == EBADF, "a path descriptor can be read");
    EXPECT(fcntl(at_exec, F_GETFD) == FD_CLOEXEC, "close-on-exec is lost");
    EXPECT(fcntl(plain, F_GETFD) == 0, "close-on-exec came up");

    struct stat by_name, by_path;
    MUST(stat(name, &by_name) == 0);
    EXPECT(fstat(path_only, &by_path) == 0 && by_path.st_ino == by_name.st_ino, "a path descriptor leads elsewhere");
    MUST(stat(log_name, &by_name) == 0);
    EXPECT(dprintf(append, "more\n") == 5 && position(append) == by_name.st_size + 5, "not appended, but written at %ld", position(append) - 5);
    for (int i = 0; i < 40; i++)
        if (i > 2 && i != plain && i != twin && i != separate && i != append && i != path_only && i != at_exec && i != write_only)
            EXPECT(fcntl(i, F_GETFD) < 0, "descriptor %d came up", i);
}

static void spoil(int number)
{
    switch (number) {
    case 1: lseek(plain, 0, SEEK_SET); break;
    case 2: close(twin); twin = open(name, O_RDONLY); lseek(twin, round_offset, SEEK_SET); break;
    case 3: fcntl(append, F_SETFL, 0); break;
    case 4: fcntl(at_exec, F_SETFD, 0); break;
    case 5: close(high); break;
    case 6: dup3(plain, path_only, 0); break;
    case 7: MUST(open(name, O_RDONLY) >= 0); break;
    }
}

WORKLOAD(7)
