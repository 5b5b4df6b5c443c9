// Files that have another name than they were opened by, and deleted directories; descriptors that are only names.
#include <dirent.h>
#include "workload.h"

static int linked, far_linked, no_follow, renamed, by_symlink, folder, folder_name, symlink_name, listing, fifo_name;
static ino_t inodes[5];
static char *mapped, away[NAME_SIZE];

static void path_of(char path[NAME_SIZE], const char *name) { snprintf(path, NAME_SIZE, "%s/%s", directory, name); }

static int make(const char *name, const char *text)
{
    char path[NAME_SIZE];
    int file;
    path_of(path, name);
    MUST((file = open(path, O_RDWR | O_CREAT | O_EXCL, 0600)) >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    return file;
}

// Makes a file with two names, and takes the one by which it is open away.
static int make_linked(const char *name, const char *other)
{
    char path[NAME_SIZE], second[NAME_SIZE];
    path_of(path, name);
    path_of(second, other);
    int file = make(name, other);
    MUST(link(path, second) == 0 && unlink(path) == 0);
    return file;
}

static ino_t inode_of(int file)
{
    struct stat status;
    MUST(fstat(file, &status) == 0);
    return status.st_ino;
}

static void prepare(void)
{
    char path[NAME_SIZE], other[NAME_SIZE];
    linked = make_linked("gone", "still there");
    path_of(away, "elsewhere");
    MUST(mkdir(away, 0700) == 0);
    far_linked = make_linked("gone too", "elsewhere/far away");
    MUST((mapped = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, far_linked, 0)) != MAP_FAILED);
    path_of(path, "elsewhere/far away");
    path_of(other, "elsewhere/second");
    MUST(link(path, other) == 0 && (no_follow = open(other, O_RDONLY | O_NOFOLLOW)) >= 0 && unlink(other) == 0);

    renamed = make("old", "renamed");
    path_of(path, "old");
    path_of(other, "new");
    MUST(rename(path, other) == 0);
    path_of(path, "symlink");
    MUST(symlink("new", path) == 0 && (by_symlink = open(path, O_RDONLY)) >= 0 && (symlink_name = open(path, O_PATH | O_NOFOLLOW)) >= 0);
    path_of(path, "fifo");
    MUST(mkfifo(path, 0600) == 0 && (fifo_name = open(path, O_PATH)) >= 0);

    path_of(path, "folder");
    MUST(mkdir(path, 02751) == 0 && chmod(path, 02751) == 0 && chown(path, 11, 12) == 0 && (folder = open(path, O_RDONLY | O_DIRECTORY)) >= 0);
    MUST((folder_name = open(path, O_PATH)) >= 0 && rmdir(path) == 0 && mkdir(path, 0700) == 0);
    MUST((listing = open(directory, O_RDONLY | O_DIRECTORY)) >= 0);
    int files[] = { linked, far_linked, no_follow, renamed, by_symlink };
    for (int i = 0; i < COUNT(files); i++)
        inodes[i] = inode_of(files[i]);
}

static void expect_file(int file, int which, nlink_t names, const char *text)
{
    struct stat now;
    char got[20] = "";
    MUST(fstat(file, &now) == 0);
    EXPECT(now.st_ino == inodes[which], "%s is inode %ld, not %ld", text, now.st_ino, inodes[which]);
    EXPECT(now.st_nlink == names, "%s has %ld names", text, now.st_nlink);
    EXPECT(pread(file, got, sizeof got - 1, 0) == (ssize_t)strlen(text) && !strcmp(got, text), "%s holds \"%s\"", text, got);
}

static void check(void)
{
    char path[NAME_SIZE];
    struct stat now, other;
    expect_file(linked, 0, 1, "still there");
    expect_file(far_linked, 1, 1, "elsewhere/far away");
    expect_file(no_follow, 2, 1, "elsewhere/far away");
    expect_file(renamed, 3, 1, "renamed");
    expect_file(by_symlink, 4, 1, "renamed");
    EXPECT(fcntl(no_follow, F_GETFL) == (O_NOFOLLOW | 0100000), "flags without following are %o", fcntl(no_follow, F_GETFL));
    path_of(path, "elsewhere/far away");
    int file = open(path, O_RDONLY);
    MUST(file >= 0);
    mapped[100]++; // behind the end, but in the page that all share
    char *again = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    MUST(again != MAP_FAILED);
    EXPECT(again[100] == mapped[100], "the mapping leads to another file");
    munmap(again, PAGE);
    close(file);

    EXPECT(fstat(folder, &now) == 0 && S_ISDIR(now.st_mode) && now.st_nlink == 0 && (now.st_mode & 07777) == 02751 && now.st_uid == 11 && now.st_gid == 12, "the deleted directory has mode %o, %ld names, owner %d:%d", now.st_mode, now.st_nlink, now.st_uid, now.st_gid);
    EXPECT(fstat(folder_name, &other) == 0 && other.st_ino == now.st_ino, "its name leads elsewhere");
    EXPECT(openat(folder, "new", O_RDWR | O_CREAT, 0600) < 0 && errno == ENOENT, "something can be put into a deleted directory");
    path_of(path, "folder");
    EXPECT(stat(path, &other) == 0 && other.st_ino != now.st_ino, "the directory that took its place is it");

    EXPECT(fstatat(symlink_name, "", &now, AT_EMPTY_PATH) == 0 && S_ISLNK(now.st_mode), "the symbolic link is of type %o", now.st_mode);
    EXPECT(fstat(fifo_name, &now) == 0 && S_ISFIFO(now.st_mode) && (fcntl(fifo_name, F_GETFL) & O_PATH), "the name of the fifo is of type %o", now.st_mode);
    int copy = dup(listing), found = 0;
    lseek(copy, 0, SEEK_SET);
    DIR *entries = fdopendir(copy);
    for (struct dirent *entry; (entry = readdir(entries));)
        found += !strcmp(entry->d_name, "still there") || !strcmp(entry->d_name, "fifo") || !strcmp(entry->d_name, "gone");
    closedir(entries);
    EXPECT(found == 2, "the directory lists %d names", found);
}

static void spoil(int number)
{
    char path[NAME_SIZE];
    switch (number) {
    case 1: MUST(dup2(make("same text", "still there"), linked) == linked); break;
    case 2: path_of(path, "elsewhere/far away"); MUST(unlink(path) == 0 && close(make("elsewhere/far away", "elsewhere/far away")) == 0); break;
    case 3: path_of(path, "folder"); MUST(dup2(open(path, O_RDONLY), folder) == folder); break;
    case 4: MUST(dup2(renamed, symlink_name) == symlink_name); break;
    case 5: MUST(dup2(folder, listing) == listing); break;
    case 6: MUST(fcntl(no_follow, F_DUPFD, 0) >= 0 && dup2(by_symlink, no_follow) == no_follow); break;
    }
}

WORKLOAD(6)
