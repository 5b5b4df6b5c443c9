// A whole process that dropped from root to an ordinary user, and goes on doing what it may and only that.
#include <grp.h>
#include "workload.h"

static char own[NAME_SIZE], foreign[NAME_SIZE];
static int root_file;

static void prepare(void)
{
    snprintf(own, sizeof own, "%s/own", directory);
    snprintf(foreign, sizeof foreign, "%s/foreign", directory);
    MUST(chmod(directory, 0777) == 0);
    MUST((root_file = open(foreign, O_RDWR | O_CREAT, 0600)) >= 0 && write(root_file, "secret", 6) == 6);
    gid_t groups[] = { 4001, 4002 };
    MUST(setgroups(2, groups) == 0 && setresgid(4000, 4000, 4000) == 0 && setresuid(4000, 4000, 4000) == 0);
}

static void check(void)
{
    char text[10] = "";
    struct stat status;
    gid_t groups[10];
    uid_t real, effective, saved;
    EXPECT(getresuid(&real, &effective, &saved) == 0 && real == 4000 && effective == 4000 && saved == 4000, "user ids are %d %d %d", real, effective, saved);
    EXPECT(getresgid(&real, &effective, &saved) == 0 && real == 4000 && effective == 4000 && saved == 4000, "group ids are %d %d %d", real, effective, saved);
    EXPECT(getgroups(10, groups) == 2 && groups[0] == 4001 && groups[1] == 4002, "groups are %d %d", groups[0], groups[1]);
    EXPECT(open(foreign, O_RDONLY) < 0 && errno == EACCES, "root's file can be opened");
    EXPECT(pread(root_file, text, 6, 0) == 6 && !strcmp(text, "secret"), "root's file that was open cannot be read");
    int file = open(own, O_RDWR | O_CREAT | O_TRUNC, 0600);
    EXPECT(file >= 0 && fstat(file, &status) == 0 && status.st_uid == 4000 && status.st_gid == 4000, "a new file has the wrong owner");
    close(file);
    EXPECT(setuid(0) < 0, "it can become root again");
    EXPECT(prctl(PR_GET_DUMPABLE) == 0 || prctl(PR_GET_DUMPABLE) == 2, "dumpable is %d", prctl(PR_GET_DUMPABLE));
}

static void spoil(int number)
{
    if (number == 1)
        prctl(PR_SET_DUMPABLE, 1);
    else
        close(root_file);
}

WORKLOAD(2)
