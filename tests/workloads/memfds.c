// Files in memory: contents, names, seals, sharing by descriptors and mappings with a child, and one that is executed.
#include <sys/mman.h>
#include "workload.h"

static int plain, twin, other, sealed, unsealable, future, sparse, in_child[2];
static char *shared_map, *future_map, *read_map;
static pid_t child;
static struct echo executed;

enum { SIZE = 300 * 1000, ALL = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static int again(int file, int flags)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return open(path, flags);
}

static void prepare(void)
{
    static char bytes[SIZE];
    fill(bytes, SIZE, 7);
    MUST((plain = memfd_create("plain (odd) name", 0)) >= 0 && write(plain, bytes, SIZE) == SIZE);
    MUST((twin = dup(plain)) >= 0 && (other = again(plain, O_RDONLY | O_CLOEXEC)) >= 0);
    MUST(lseek(plain, 100, SEEK_SET) == 100 && lseek(other, 200, SEEK_SET) == 200);
    MUST((shared_map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, plain, 0)) != MAP_FAILED);

    MUST((sealed = memfd_create("sealed", MFD_ALLOW_SEALING | MFD_CLOEXEC)) >= 0 && write(sealed, bytes, SIZE) == SIZE);
    MUST(fchmod(sealed, 0640) == 0 && fcntl(sealed, F_ADD_SEALS, ALL) == 0);
    MUST((read_map = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, sealed, 0)) != MAP_FAILED);
    unsealable = plain;

    MUST((future = memfd_create("future", MFD_ALLOW_SEALING)) >= 0 && ftruncate(future, PAGE) == 0);
    MUST((future_map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, future, 0)) != MAP_FAILED);
    MUST(fcntl(future, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) == 0);
    strcpy(future_map, "future");

    MUST((sparse = memfd_create("", 0)) >= 0 && pwrite(sparse, "end", 3, GIB) == 3);

    int cat = memfd_create("cat", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    copy_cat(cat);
    MUST(fcntl(cat, F_ADD_SEALS, ALL | F_SEAL_SEAL) == 0);
    start_echo(&executed, cat);
    close(cat);

    MUST(pipe(in_child) == 0 && (child = fork()) >= 0);
    if (!child) {
        close(in_child[1]);
        for (char c; read(in_child[0], &c, 1) == 1;) {
            shared_map[1]++;
            MUST(pwrite(plain, &c, 1, 0) == 1);
        }
        _exit(0);
    }
    close(in_child[0]);
}

static void expect_link(int file, const char *expected)
{
    char path[40], link[200] = "";
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    readlink(path, link, sizeof link - 1);
    EXPECT(!strcmp(link, expected), "the link is \"%s\", not \"%s\"", link, expected);
}

static void check(void)
{
    char text[20] = "", c = 'a' + round_number;
    struct stat own, others;
    expect_echo(&executed, "the program in memory");
    expect_link(plain, "/memfd:plain (odd) name (deleted)");
    expect_link(sparse, "/memfd: (deleted)");
    expect_filled(shared_map + 8, SIZE - 8, 8, "the shared mapping");
    char before = shared_map[1];
    EXPECT(write(in_child[1], &c, 1) == 1, "the child is gone");
    for (int64_t limit = now() + patience; *(volatile char *)shared_map != c && now() < limit; nap())
        ;
    EXPECT(*shared_map == c && shared_map[1] == before + 1, "the child shares no memory: %c, not %c", *shared_map, c);
    EXPECT(pread(other, text, 1, 0) == 1 && *text == c, "the separate open leads to other memory");
    EXPECT(lseek(twin, 0, SEEK_CUR) == 100 && lseek(other, 0, SEEK_CUR) == 200, "offsets are %ld and %ld", lseek(twin, 0, SEEK_CUR), lseek(other, 0, SEEK_CUR));
    EXPECT(fstat(plain, &own) == 0 && fstat(other, &others) == 0 && own.st_ino == others.st_ino && own.st_size == SIZE && (own.st_mode & 07777) == 0777, "mode %o, %ld bytes", own.st_mode, own.st_size);
    EXPECT((fcntl(other, F_GETFL) & ~0100000) == O_RDONLY && fcntl(plain, F_GETFL) == (O_RDWR | 0100000), "flags are %o", fcntl(other, F_GETFL));

    EXPECT(fcntl(sealed, F_GET_SEALS) == ALL, "seals are %x", fcntl(sealed, F_GET_SEALS));
    EXPECT(fcntl(unsealable, F_GET_SEALS) == F_SEAL_SEAL, "seals of what cannot be sealed are %x", fcntl(unsealable, F_GET_SEALS));
    EXPECT(pwrite(sealed, "x", 1, 0) < 0 && errno == EPERM && fstat(sealed, &own) == 0 && (own.st_mode & 07777) == 0640, "the sealed one can be written, or has mode %o", own.st_mode);
    expect_filled(read_map, SIZE, 7, "the sealed memory");
    EXPECT(fcntl(future, F_GET_SEALS) == (F_SEAL_FUTURE_WRITE | F_SEAL_SEAL), "seals for the future are %x", fcntl(future, F_GET_SEALS));
    EXPECT(pwrite(future, "x", 1, 0) < 0 && !strncmp(future_map, "future", 6), "sealed for the future: \"%s\"", future_map);
    future_map[10]++;
    EXPECT(pread(future, text, 1, 10) == 1 && *text == future_map[10], "the mapping leads to other memory");
    EXPECT(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, future, 0) == MAP_FAILED, "another writable mapping is possible");

    EXPECT(lseek(sparse, 0, SEEK_DATA) == (off_t)GIB && pread(sparse, text, 4, GIB) == 3 && !memcmp(text, "end", 3) && fstat(sparse, &own) == 0 && own.st_blocks <= 8, "sparse memory has %ld blocks", own.st_blocks);
}

static void spoil(int number)
{
    static char page[PAGE];
    switch (number) {
    case 1: MUST(dup2(again(plain, O_RDWR), twin) == twin); break;
    case 2: MUST(dup2(memfd_create("plain (odd) name", 0), plain) == plain); break;
    case 3: MUST(dup2(memfd_create("sealed", MFD_ALLOW_SEALING), sealed) == sealed && fchmod(sealed, 0640) == 0); break;
    case 4: MUST(mmap(shared_map, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == shared_map); break;
    case 5: MUST(mmap(future_map, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, future, 0) != MAP_FAILED && mmap(future_map, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, future, 0) == future_map); break;
    case 6: MUST(pwrite(sparse, page, PAGE, 0) == PAGE); break;
    case 7: MUST(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child); break;
    case 8: MUST(kill(executed.pid, SIGKILL) == 0 && waitpid(executed.pid, NULL, 0) == executed.pid); break;
    }
}

WORKLOAD(8)
