// uts, ipc and time namespaces of its own, shared by a parent and a child, and a grandchild with a uts namespace that is another one.
#include "workload.h"

static pid_t child, grandchild;
static int64_t monotonic_ahead, boottime_ahead;
static const char *const kinds[] = { "uts", "ipc", "time" };
static struct { atomic_int asked, answered; char host[70]; int64_t monotonic, boottime; } *shared;

static void put(const char *path, const char *text)
{
    int file = open(path, O_WRONLY);
    MUST(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text) && close(file) == 0);
}

static void read_link(pid_t pid, const char *kind, char *link, size_t size)
{
    char path[60];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, kind);
    ssize_t length = readlink(path, link, size - 1);
    link[length < 0 ? 0 : length] = 0;
}

static void wait_for_orphanhood(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        pause();
}

static void prepare(void)
{
    int ends[2];
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(pipe(ends) == 0);
    MUST(unshare(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWTIME) == 0);
    MUST(sethostname("a-host.example", 14) == 0 && setdomainname("a domain", 8) == 0);
    put("/proc/sys/kernel/msgmax", "4321");
    put("/proc/self/timens_offsets", "monotonic 86400 250000000\nboottime 864000 0\n");
    int time_space = open("/proc/self/ns/time_for_children", O_RDONLY);
    MUST(setns(time_space, CLONE_NEWTIME) == 0 && close(time_space) == 0);
    MUST((child = fork()) >= 0);
    if (child == 0) {
        MUST((grandchild = fork()) >= 0);
        if (grandchild == 0) {
            MUST(unshare(CLONE_NEWUTS) == 0 && sethostname("another", 7) == 0);
            MUST(write(ends[1], &(pid_t) { getpid() }, sizeof(pid_t)) == sizeof(pid_t));
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (int seen = 0;; rest(2 * MILLISECOND))
                if (shared->asked != seen) {
                    gethostname(shared->host, sizeof shared->host);
                    shared->monotonic = now(), shared->boottime = clock_now(CLOCK_BOOTTIME);
                    shared->answered = seen = shared->asked;
                }
        }
        wait_for_orphanhood();
    }
    MUST(read(ends[0], &grandchild, sizeof grandchild) == sizeof grandchild);
    monotonic_ahead = now() - clock_now(CLOCK_REALTIME), boottime_ahead = clock_now(CLOCK_BOOTTIME) - now();
}

static void check(void)
{
    char text[100], link[3][60];
    MUST(gethostname(text, sizeof text) == 0);
    EXPECT(!strcmp(text, "a-host.example"), "host name %s", text);
    MUST(getdomainname(text, sizeof text) == 0);
    EXPECT(!strcmp(text, "a domain"), "domain name %s", text);
    char *setting = read_file("/proc/sys/kernel/msgmax", NULL);
    EXPECT(atoi(setting) == 4321, "msgmax %s", setting);
    free(setting);
    for (int i = 0; i < COUNT(kinds); i++) {
        read_link(getpid(), kinds[i], link[0], sizeof link[0]);
        read_link(child, kinds[i], link[1], sizeof link[1]);
        read_link(grandchild, kinds[i], link[2], sizeof link[2]);
        EXPECT(*link[0] && !strcmp(link[0], link[1]), "%s: %s and %s of the child", kinds[i], link[0], link[1]);
        EXPECT(*link[2] && !strcmp(link[0], link[2]) == (i > 0), "%s: %s and %s of the grandchild", kinds[i], link[0], link[2]);
    }
    int64_t ahead = now() - clock_now(CLOCK_REALTIME) - monotonic_ahead;
    EXPECT(llabs(ahead) < SECOND, "the monotonic clock has moved by %lld ms", (long long)(ahead / MILLISECOND));
    ahead = clock_now(CLOCK_BOOTTIME) - now() - boottime_ahead;
    EXPECT(llabs(ahead) < SECOND, "the boottime clock has moved by %lld ms", (long long)(ahead / MILLISECOND));
    shared->asked++;
    for (int64_t limit = now() + patience; shared->answered != shared->asked && now() < limit;)
        nap();
    EXPECT(shared->answered == shared->asked, "the grandchild does not answer");
    EXPECT(!strcmp(shared->host, "another"), "the grandchild's host name is %s", shared->host);
    EXPECT(llabs(shared->monotonic - now()) < SECOND && llabs(shared->boottime - clock_now(CLOCK_BOOTTIME)) < SECOND, "the grandchild's clocks are others");
}

static void spoil(int number)
{
    if (number == 1)
        MUST(sethostname("other", 5) == 0);
    if (number == 2)
        put("/proc/sys/kernel/msgmax", "8192");
    if (number == 3)
        MUST(kill(grandchild, SIGKILL) == 0);
    if (number == 4)
        MUST(unshare(CLONE_NEWIPC) == 0);
}

WORKLOAD(4)
