// What the process has once: limits, umask, working directory, personality, dumpable, oom_score_adj, THP setting, subreaper.
#include <sys/personality.h>
#include <sys/resource.h>
#include "workload.h"

static struct rlimit limits[RLIM_NLIMITS];
static char below[NAME_SIZE];

static void set_limit(int which, rlim_t soft, rlim_t hard)
{
    struct rlimit limit;
    getrlimit(which, &limit);
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    limit.rlim_max = hard < limit.rlim_max ? hard : limit.rlim_max;
    MUST(setrlimit(which, &limit) == 0);
}

static int number_in(const char *path)
{
    char *text = read_file(path, NULL);
    int value = strtol(text, NULL, strstr(path, "personality") ? 16 : 10);
    free(text);
    return value;
}

static void prepare(void)
{
    set_limit(RLIMIT_NOFILE, 321, 4321);
    set_limit(RLIMIT_CORE, 0, 123456789);
    set_limit(RLIMIT_CPU, 5000, 6000);
    set_limit(RLIMIT_FSIZE, GIB, 3 * GIB);
    set_limit(RLIMIT_STACK, 4 * MIB, 16 * MIB);
    set_limit(RLIMIT_AS, 64 * GIB, 65 * GIB);
    set_limit(RLIMIT_DATA, 32 * GIB, 33 * GIB);
    set_limit(RLIMIT_NPROC, 5000, 9000);
    set_limit(RLIMIT_MEMLOCK, 3 * MIB, 4 * MIB);
    set_limit(RLIMIT_SIGPENDING, 1111, 2222);
    set_limit(RLIMIT_MSGQUEUE, 40000, 50000);
    set_limit(RLIMIT_LOCKS, 70, 80);
    set_limit(RLIMIT_RTTIME, 10000000, 20000000);
    for (int i = 0; i < RLIM_NLIMITS; i++)
        getrlimit(i, &limits[i]);
    umask(0137);
    snprintf(below, sizeof below, "%s/working directory", directory);
    MUST(mkdir(below, 0700) == 0 && chdir(below) == 0);
    personality(ADDR_NO_RANDOMIZE | SHORT_INODE);
    MUST(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0);
    MUST(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    int file = open("/proc/self/oom_score_adj", O_WRONLY);
    MUST(dprintf(file, "321") == 3 && close(file) == 0);
    MUST(prctl(PR_SET_DUMPABLE, 0) == 0);
}

static void check(void)
{
    for (int i = 0; i < RLIM_NLIMITS; i++) {
        struct rlimit limit;
        getrlimit(i, &limit);
        EXPECT(limit.rlim_cur == limits[i].rlim_cur && limit.rlim_max == limits[i].rlim_max, "limit %d is %lu %lu", i, limit.rlim_cur, limit.rlim_max);
    }
    int mask = umask(0137), subreaper = 0;
    EXPECT(mask == 0137, "umask is %o", mask);
    struct stat here, there;
    EXPECT(!stat(".", &here) && !stat(below, &there) && here.st_ino == there.st_ino && here.st_dev == there.st_dev, "the working directory is another one");
    EXPECT(personality(-1) == (ADDR_NO_RANDOMIZE | SHORT_INODE), "personality is %x", personality(-1));
    EXPECT(number_in("/proc/self/personality") == (ADDR_NO_RANDOMIZE | SHORT_INODE), "/proc/self/personality is another one");
    EXPECT(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1, "huge pages are not disabled");
    prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
    EXPECT(subreaper == 1, "it is no subreaper");
    EXPECT(number_in("/proc/self/oom_score_adj") == 321, "oom_score_adj is %d", number_in("/proc/self/oom_score_adj"));
    EXPECT(prctl(PR_GET_DUMPABLE) == 0, "dumpable is %d", prctl(PR_GET_DUMPABLE));
}

static void spoil(int number)
{
    switch (number) {
    case 1: set_limit(RLIMIT_CPU, 4999, 6000); break;
    case 2: umask(022); break;
    case 3: MUST(chdir("..") == 0); break;
    case 4: personality(0); break;
    case 5: prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0); break;
    case 6: prctl(PR_SET_CHILD_SUBREAPER, 0); break;
    case 7: prctl(PR_SET_DUMPABLE, 1); break;
    }
}

WORKLOAD(7)
