// Sessions and process groups whose leaders are gone, orphans that came to a subreaper, processes that changed their group. Each says what it sees.
#include "workload.h"

enum { DAEMON, TWIN, BELOW, JOINED, LEADER, ORPHAN, MOVED, STAYED, BEFORE, AFTER, WHO };
static const char *const names[] = { "daemon", "its twin", "its child", "member", "leader", "orphan", "former leader", "group it left", "made before the session", "made in it" };

struct view { pid_t pid, parent, session, group; };

static struct shared {
    atomic_int asked, answered[WHO], spoiled;
    struct view views[WHO];
} *shared;

static pid_t root, gone_session, gone_group;
static struct view first[WHO];

static void until(bool (*holds)(int), int which)
{
    for (int64_t limit = now() + patience; !holds(which) && now() < limit; rest(MILLISECOND))
        ;
}

static bool has_answered(int who) { return shared->answered[who] == shared->asked; }

static void serve(int who)
{
    for (int seen = -1; kill(root, 0) == 0; rest(2 * MILLISECOND)) {
        if (shared->spoiled == who) {
            setpgid(0, 0);
            setsid();
        }
        if (shared->asked == seen)
            continue;
        shared->views[who] = (struct view) { getpid(), getppid(), getsid(0), getpgid(0) };
        shared->answered[who] = seen = shared->asked;
    }
    _exit(0);
}

// A child that serves; its group is set when this returns: 0 for one of its own, -1 for that of its maker.
static pid_t start(int who, pid_t group)
{
    pid_t child = fork();
    MUST(child >= 0);
    if (child == 0) {
        if (group >= 0)
            setpgid(0, group);
        serve(who);
    }
    if (group >= 0)
        MUST(setpgid(child, group) == 0);
    until(has_answered, who);
    return child;
}

// A child that ends and is waited for; what it does before is the caller's in the child.
#define DO_IN_CHILD(pid, ...) do { \
        MUST(((pid) = fork()) >= 0); \
        if ((pid) == 0) { __VA_ARGS__; _exit(0); } \
        MUST(waitpid((pid), NULL, 0) == (pid)); \
    } while (0)

// A group whose leader has ended and been waited for.
static pid_t start_without_leader(int who)
{
    pid_t leader = fork();
    MUST(leader >= 0);
    if (leader == 0)
        for (;;)
            pause();
    MUST(setpgid(leader, leader) == 0);
    start(who, leader);
    MUST(kill(leader, SIGKILL) == 0 && waitpid(leader, NULL, 0) == leader);
    return leader;
}

static void start_daemon(void)
{
    setsid();
    if (fork() == 0) {
        start_without_leader(BELOW);
        serve(DAEMON);
    }
    start(TWIN, -1);
    until(has_answered, DAEMON);
}

static void start_leader(void)
{
    pid_t between;
    setsid();
    DO_IN_CHILD(between, start(ORPHAN, -1));
    serve(LEADER);
}

static void start_late_leader(void)
{
    start(BEFORE, -1);
    setsid();
    serve(AFTER);
}

static void look(struct view *views)
{
    shared->asked++;
    for (int who = 0; who < WHO; who++) {
        until(has_answered, who);
        EXPECT(has_answered(who), "the %s does not answer", names[who]);
        views[who] = shared->views[who];
    }
}

static void prepare(void)
{
    shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(shared != MAP_FAILED && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    shared->asked = 1;
    shared->spoiled = -1;
    root = getpid();
    DO_IN_CHILD(gone_session, start_daemon());
    gone_group = start_without_leader(JOINED);
    if (fork() == 0)
        start_leader();
    if (fork() == 0)
        start_late_leader();
    pid_t moved = start(MOVED, 0);
    start(STAYED, moved);
    MUST(setpgid(moved, getpgid(0)) == 0);
    look(first);
    MUST(!*reason);
    MUST(first[DAEMON].session == gone_session && first[DAEMON].parent == root && first[TWIN].session == gone_session && first[TWIN].parent == root);
    MUST(first[BELOW].session == gone_session && first[BELOW].group != first[BELOW].pid && first[BELOW].group != gone_session && first[BELOW].parent == first[DAEMON].pid);
    MUST(first[JOINED].group == gone_group && first[ORPHAN].session == first[LEADER].pid && first[ORPHAN].parent == root);
    MUST(first[STAYED].group == moved && first[MOVED].group == getpgid(0) && first[BEFORE].session == getsid(0) && first[AFTER].session == first[AFTER].pid);
}

static void check(void)
{
    struct view views[WHO];
    look(views);
    for (int who = 0; who < WHO; who++) {
        struct view *is = &views[who], *was = &first[who];
        EXPECT(!memcmp(is, was, sizeof *is), "%s: pid %d parent %d session %d group %d, was %d %d %d %d", names[who],
            is->pid, is->parent, is->session, is->group, was->pid, was->parent, was->session, was->group);
    }
    siginfo_t info = { 0 };
    EXPECT(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | WNOHANG | __WALL) == 0 && info.si_pid == 0, "the child %d has ended", info.si_pid);
    EXPECT(kill(gone_session, 0) < 0 && kill(gone_group, 0) < 0, "a leader that was gone is there");
}

static void spoil(int number)
{
    shared->spoiled = number == 1 ? BELOW : JOINED;
    rest(50 * MILLISECOND);
}

WORKLOAD(2)
