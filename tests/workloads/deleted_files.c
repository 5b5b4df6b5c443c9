// Files without a name: deleted ones that are open or mapped, sparse, shared between processes, made by O_TMPFILE.
#include "workload.h"

enum { LINES = 20000, LINE = 11 };
static const off_t far_away = 5LL << 30;

static int plain, twin, separate, log_file, sparse, temporary, orphan, reader;
static int round_offset = LINE * 17;
static struct stat before[3];
static char *private_map, *read_map, folder[NAME_SIZE];
static pid_t child;
static struct echo executed;

// What both processes share, in a file of /dev/shm that no descriptor leads to: as multiprocessing's semaphores.
static struct { sem_t ask, answer; long value; } *semaphores;

static int make(const char *place, const char *name, int flags, char path[NAME_SIZE])
{
    int file;
    snprintf(path, NAME_SIZE, "%s/%s", place, name);
    MUST((file = open(path, flags | O_CREAT | O_EXCL, 0640)) >= 0);
    return file;
}

static int make_deleted(const char *place, const char *name, int flags)
{
    char path[NAME_SIZE];
    int file = make(place, name, flags, path);
    MUST(unlink(path) == 0);
    return file;
}

static int again(int file, int flags)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return open(path, flags);
}

static void make_temporary(void)
{
    MUST((temporary = open(directory, O_TMPFILE | O_WRONLY | O_APPEND, 0600)) >= 0 && write(temporary, "part", 4) == 4);
}

static void serve(void)
{
    for (pid_t parent = getppid(); getppid() == parent;)
        if (sem_trywait(&semaphores->ask) == 0) {
            semaphores->value = -semaphores->value;
            sem_post(&semaphores->answer);
        } else
            rest(MILLISECOND);
    _exit(0);
}

static void prepare(void)
{
    char name[40];
    plain = make_deleted(directory, "gone", O_RDWR);
    for (int i = 0; i < LINES; i++)
        MUST(dprintf(plain, "line %05d\n", i) == LINE);
    MUST(fchmod(plain, 04751) == 0 && fchown(plain, 11, 12) == 0 && fchmod(plain, 04751) == 0);
    MUST(futimens(plain, (struct timespec[]) { { 0, UTIME_OMIT }, { 1234567890, 987654321 } }) == 0);
    MUST(lseek(plain, round_offset, SEEK_SET) == round_offset);
    MUST((twin = dup(plain)) >= 0 && (separate = again(plain, O_RDONLY)) >= 0 && lseek(separate, 33, SEEK_SET) == 33);
    MUST((reader = again(plain, O_PATH)) >= 0);
    log_file = make_deleted(directory, "log", O_WRONLY | O_APPEND);
    MUST(write(log_file, "begin\n", 6) == 6);

    sparse = make_deleted(directory, "sparse", O_RDWR);
    MUST(pwrite(sparse, "middle", 6, far_away / 2) == 6 && ftruncate(sparse, far_away) == 0);

    make_temporary();
    snprintf(folder, sizeof folder, "%s/deleted folder", directory);
    MUST(mkdir(folder, 0700) == 0);
    orphan = make_deleted(folder, "orphan", O_RDWR);
    MUST(write(orphan, "orphan", 6) == 6 && rmdir(folder) == 0);
    MUST(fstat(plain, &before[0]) == 0 && fstat(sparse, &before[1]) == 0 && fstat(orphan, &before[2]) == 0);

    int file = make_deleted(directory, "mapped", O_RDWR);
    static char pages[16 * PAGE];
    fill(pages, sizeof pages, 1);
    MUST(write(file, pages, sizeof pages) == sizeof pages);
    private_map = mmap(NULL, sizeof pages, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    read_map = mmap(NULL, sizeof pages, PROT_READ, MAP_SHARED, file, 0);
    MUST(private_map != MAP_FAILED && read_map != MAP_FAILED && close(file) == 0);
    fill(private_map + PAGE, PAGE, 1000);

    char path[NAME_SIZE];
    file = make(directory, "cat", O_WRONLY, path);
    copy_cat(file);
    MUST(fchmod(file, 0755) == 0 && close(file) == 0 && (file = open(path, O_RDONLY)) >= 0);
    start_echo(&executed, file);
    MUST(close(file) == 0);
    expect_echo(&executed, "the program");
    MUST(unlink(path) == 0);

    snprintf(name, sizeof name, "crstream-test.%d", getpid());
    file = make_deleted("/dev/shm", name, O_RDWR);
    MUST(ftruncate(file, PAGE) == 0);
    semaphores = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    MUST(semaphores != MAP_FAILED && close(file) == 0);
    MUST(sem_init(&semaphores->ask, 1, 0) == 0 && sem_init(&semaphores->answer, 1, 0) == 0);
    MUST((child = fork()) >= 0);
    if (!child)
        serve();
}

static void expect_same(int file, const struct stat *old, const char *what)
{
    struct stat now;
    MUST(fstat(file, &now) == 0);
    EXPECT(now.st_dev == old->st_dev, "%s lies on device %lx, not %lx", what, now.st_dev, old->st_dev);
    EXPECT(now.st_nlink == 0, "%s has %ld names", what, now.st_nlink);
    EXPECT(now.st_mode == old->st_mode && now.st_uid == old->st_uid && now.st_gid == old->st_gid, "%s has mode %o, owner %d:%d", what, now.st_mode, now.st_uid, now.st_gid);
    EXPECT(now.st_size == old->st_size, "%s has %ld bytes", what, now.st_size);
    EXPECT(now.st_mtim.tv_sec == old->st_mtim.tv_sec && now.st_mtim.tv_nsec == old->st_mtim.tv_nsec, "%s was changed at %ld.%09ld", what, now.st_mtim.tv_sec, now.st_mtim.tv_nsec);
}

static void check_open(void)
{
    char text[40] = "";
    expect_same(plain, &before[0], "the plain file");
    EXPECT(lseek(plain, 0, SEEK_CUR) == round_offset, "offset is %ld, not %d", lseek(plain, 0, SEEK_CUR), round_offset);
    EXPECT(read(twin, text, LINE) == LINE && atoi(text + 5) == round_offset / LINE, "read \"%s\" at %d", text, round_offset);
    round_offset += LINE;
    EXPECT(lseek(plain, 0, SEEK_CUR) == round_offset, "duplicated descriptors do not share their offset");
    EXPECT(lseek(separate, 0, SEEK_CUR) == 33 && pread(separate, text, LINE, (LINES - 1) * LINE) == LINE && atoi(text + 5) == LINES - 1, "the last line is \"%s\"", text);
    EXPECT(pwrite(plain, "x", 1, 0) == 1 && pread(separate, text, 1, 0) == 1 && *text == 'x' && pwrite(plain, "l", 1, 0) == 1, "the separate open leads to another file");
    futimens(plain, (struct timespec[]) { { 0, UTIME_OMIT }, before[0].st_mtim });
    EXPECT(fcntl(reader, F_GETFL) & O_PATH && fcntl(log_file, F_GETFL) == (O_WRONLY | O_APPEND | 0100000), "flags are %o and %o", fcntl(reader, F_GETFL), fcntl(log_file, F_GETFL));
    struct stat one, other;
    EXPECT(fstat(plain, &one) == 0 && fstat(reader, &other) == 0 && one.st_ino == other.st_ino, "the path descriptor leads to another file");
    EXPECT(fstat(log_file, &one) == 0 && one.st_size == 5 + round_number, "the log has %ld bytes", one.st_size);
    EXPECT(write(log_file, "+", 1) == 1 && fstat(log_file, &one) == 0 && one.st_size == 6 + round_number, "not appended");
    EXPECT(pread(orphan, text, 7, 0) == 6 && !memcmp(text, "orphan", 6), "the file of the deleted directory holds \"%.6s\"", text);
    expect_same(orphan, &before[2], "the file of the deleted directory");
}

static void check_sparse(void)
{
    char text[8] = "";
    struct stat now;
    expect_same(sparse, &before[1], "the sparse file");
    off_t data = lseek(sparse, 0, SEEK_DATA);
    EXPECT(data == far_away / 2 && lseek(sparse, data, SEEK_HOLE) < data + (off_t)MIB, "data from %ld to %ld", data, lseek(sparse, data, SEEK_HOLE));
    EXPECT(pread(sparse, text, 6, far_away / 2) == 6 && !strcmp(text, "middle"), "the middle is \"%s\"", text);
    EXPECT(fstat(sparse, &now) == 0 && now.st_blocks < 100, "%ld blocks", now.st_blocks);
}

static void check_temporary(void)
{
    char name[NAME_SIZE], old[40];
    struct stat by_name, by_file;
    EXPECT(fcntl(temporary, F_GETFL) == (O_TMPFILE | O_WRONLY | O_APPEND | 0100000), "flags of the temporary file are %o", fcntl(temporary, F_GETFL));
    EXPECT(write(temporary, "ial", 3) == 3, "the temporary file cannot be written");
    snprintf(name, sizeof name, "%s/linked", directory);
    snprintf(old, sizeof old, "/proc/self/fd/%d", temporary);
    EXPECT(linkat(AT_FDCWD, old, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0, "the temporary file cannot be given a name: %s", strerror(errno));
    EXPECT(stat(name, &by_name) == 0 && fstat(temporary, &by_file) == 0 && by_name.st_ino == by_file.st_ino && by_file.st_size == 7, "the name leads to %ld, of %ld bytes", by_name.st_ino, by_file.st_size);
    unlink(name);
    snprintf(old, sizeof old, "/proc/self/fd/%d", plain);
    EXPECT(linkat(AT_FDCWD, old, AT_FDCWD, name, AT_SYMLINK_FOLLOW) < 0 && errno == ENOENT, "a deleted file can be given a name");
    close(temporary);
    make_temporary();
}

static void check_mapped(void)
{
    expect_echo(&executed, "the program whose executable is deleted");
    expect_filled(read_map, 16 * PAGE, 1, "the shared mapping");
    expect_filled(private_map, PAGE, 1, "the private mapping");
    expect_filled(private_map + PAGE, PAGE, 1000, "the private mapping's own page");
    expect_filled(private_map + 2 * PAGE, 14 * PAGE, 1 + 2 * PAGE / 8, "the private mapping's end");
    semaphores->value = 42 + round_number;
    sem_post(&semaphores->ask);
    struct timespec limit = timespec_of(clock_now(CLOCK_REALTIME) + patience);
    EXPECT(sem_timedwait(&semaphores->answer, &limit) == 0 && semaphores->value == -42 - round_number, "the child does not answer by shared memory: %ld", semaphores->value);
    char text[200];
    smaps_line(semaphores, "VmFlags:", text, sizeof text);
    EXPECT(strstr(text, " sh "), "the mapping is not shared: %s", text);
}

static void check(void)
{
    check_open();
    check_sparse();
    check_temporary();
    check_mapped();
}

static void spoil(int number)
{
    char path[NAME_SIZE];
    switch (number) {
    case 1: MUST(ftruncate(plain, 100) == 0); break;
    case 2: MUST(dup2(again(plain, O_RDWR), twin) == twin); break;
    case 3: MUST(fchmod(plain, 0640) == 0); break;
    case 4: MUST(dup2(make(directory, "named", O_RDWR, path), orphan) == orphan); break;
    case 5: MUST(pwrite(sparse, "x", 1, far_away / 4) == 1); break;
    case 6: MUST(mmap(semaphores, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == semaphores); break;
    case 7: MUST(dup2(make_deleted(directory, "other", O_WRONLY | O_APPEND), temporary) == temporary); break;
    case 8: MUST(mmap(read_map, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == read_map); break;
    case 9: MUST(kill(executed.pid, SIGKILL) == 0 && waitpid(executed.pid, NULL, 0) == executed.pid); break;
    }
}

WORKLOAD(9)
