// A root directory and a working directory of its own.
#include "workload.h"

static struct stat root_before, below_before;

static void prepare(void)
{
    char below[NAME_SIZE];
    snprintf(below, sizeof below, "%s/below", directory);
    MUST(mkdir(below, 0700) == 0 && chdir(below) == 0);
    MUST(chroot(directory) == 0);
    strcpy(directory, "/");
    MUST(stat("/", &root_before) == 0 && stat(".", &below_before) == 0);
}

static void check(void)
{
    struct stat root, above, below, here;
    MUST(stat("/", &root) == 0 && stat("/..", &above) == 0 && stat(".", &here) == 0);
    EXPECT(root.st_ino == root_before.st_ino && root.st_dev == root_before.st_dev, "the root directory is another one");
    EXPECT(above.st_ino == root.st_ino, "there is something above the root directory");
    EXPECT(here.st_ino == below_before.st_ino && !stat("/below", &below) && below.st_ino == here.st_ino, "the working directory is another one");
    EXPECT(access("/proc", F_OK) < 0 && access("/usr", F_OK) < 0, "the system's root directory shows");
}

static void spoil(int number)
{
    (void)number;
    MUST(chdir("/") == 0);
}

WORKLOAD(1)
