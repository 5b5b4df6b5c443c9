// What clone(2) lets tasks share, in many mixes: address space, descriptor table, directories, signal actions, semaphore undo
// list, I/O context. Each task acts when asked, each then says what it sees; kcmp(2) has to say the same.
#include <linux/futex.h>
#include <linux/ioprio.h>
#include <linux/kcmp.h>
#include "workload.h"

enum { STACK = 64 * KIB, NOTHING = -1000000 };
enum { FILES, FS, VM, SIGHAND, IO, SYSVSEM, PARTS };
enum { SET, GET, UNSHARE, LEAVE };

static const char *const names[PARTS] = { "descriptor table", "directories", "address space", "signal actions", "I/O context", "undo list" };
static const int types[PARTS] = { KCMP_FILES, KCMP_FS, KCMP_VM, KCMP_SIGHAND, KCMP_IO, KCMP_SYSVSEM };

// One task: the flags that it was made with, and its mailbox. All lie in shared memory.
struct member {
    long flags;
    int maker;          // who made it; -1 for the main thread
    bool is_thread;
    pid_t tid;
    _Atomic int asked, answered;
    int act, part;
    long value, result;
};

enum { EVERYTHING = CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND | CLONE_SYSVSEM | CLONE_IO };
enum { MAIN, ALL, TABLE, DIRECTORIES, MEMORY, BROTHER, SISTER, MIDDLE, GRANDCHILD, BELOW, LONER, RAW, COUNT_OF_MEMBERS };
static const struct member plan[COUNT_OF_MEMBERS] = {
    [MAIN] = { 0, -1 },
    [ALL] = { EVERYTHING | SIGCHLD, MAIN },
    [TABLE] = { CLONE_FILES | CLONE_SYSVSEM | SIGCHLD, MAIN },
    [DIRECTORIES] = { CLONE_FS | CLONE_IO | SIGUSR1, MAIN },
    [MEMORY] = { CLONE_VM, MAIN },
    [BROTHER] = { CLONE_FILES | SIGCHLD, MAIN },      // these two share a table that the main thread has left
    [SISTER] = { CLONE_FILES | CLONE_FS | SIGCHLD, MAIN },
    [MIDDLE] = { CLONE_FS | SIGCHLD, MAIN },        // leaves the directories that its maker and its child share
    [GRANDCHILD] = { CLONE_FS | SIGCHLD, MIDDLE },
    [BELOW] = { CLONE_VM | CLONE_SIGHAND | CLONE_FILES | SIGCHLD, MIDDLE },
    [LONER] = { CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_FS, MAIN, true },
    [RAW] = { CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_IO | CLONE_FILES, MAIN, true },
};

static struct member *members;
static bool same[PARTS][COUNT_OF_MEMBERS][COUNT_OF_MEMBERS];
static volatile long variable;
static char stacks[COUNT_OF_MEMBERS][STACK] __attribute__((aligned(16)));

// Tasks that share the memory share the thread's errno too, so all system calls are made without the library.
static long raw(long number, long a, long b, long c, long d)
{
    register long r10 __asm__("r10") = d, r8 __asm__("r8") = 0, r9 __asm__("r9") = 0;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

static long act(int what, int part, long value)
{
    struct { long handler, flags, restorer, mask; } action = { value & 1, 0, 0, 0 };
    char path[PATH_MAX];
    if (what == UNSHARE)
        return raw(SYS_unshare, value, 0, 0, 0);
    switch (part) {
    case FILES:
        return what == GET ? raw(SYS_fcntl, 200, F_GETFD, 0, 0) >= 0 : value ? raw(SYS_dup2, 0, 200, 0, 0) : raw(SYS_close, 200, 0, 0, 0);
    case FS:
        return what == GET ? raw(SYS_getcwd, (long)path, sizeof path, 0, 0) > 2 : raw(SYS_chdir, (long)(value ? "/proc" : "/"), 0, 0, 0);
    case VM:
        return what == GET ? variable : (variable = value, 0);
    case SIGHAND:
        raw(SYS_rt_sigaction, SIGUSR2, what == SET ? (long)&action : 0, what == GET ? (long)&action : 0, 8);
        return what == GET ? action.handler : 0;
    case IO:
        return what == GET ? raw(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0, 0, 0) & 1 : raw(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4 + value), 0);
    }
    return 0;
}

static int serve(void *argument);

// Makes a member; its maker runs this.
static void make(int number)
{
    struct member *self = &members[number];
    if (self->flags & CLONE_VM) {
        self->tid = clone(serve, stacks[number] + STACK, (int)self->flags, (void *)(long)number);
    } else {
        pid_t child = raw(SYS_clone, self->flags, 0, 0, 0);
        if (!child)
            serve((void *)(long)number);
        self->tid = child;
    }
}

static int serve(void *argument)
{
    long number = (long)argument;
    struct member *self = &members[number];
    if (!self->is_thread)
        raw(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
    if (!(self->flags & CLONE_IO))
        act(SET, IO, 0);
    for (int other = 0; other < COUNT_OF_MEMBERS; other++)
        if (plan[other].maker == number)
            make(other);
    if (number == MIDDLE)
        act(UNSHARE, 0, CLONE_FS);
    for (int done = 0;;) {
        while (self->asked == done)
            raw(SYS_futex, (long)&self->asked, FUTEX_WAIT, done, 0);
        if (self->act == LEAVE)
            raw(SYS_exit, 0, 0, 0, 0);
        self->result = act(self->act, self->part, self->value);
        self->answered = ++done;
        raw(SYS_futex, (long)&self->answered, FUTEX_WAKE, INT_MAX, 0);
    }
    return 0;
}

static long ask_member(int number, int what, int part, long value)
{
    struct member *self = &members[number];
    if (number == MAIN)
        return act(what, part, value);
    (self->act = what, self->part = part, self->value = value);
    int before = self->answered;
    self->asked++;
    raw(SYS_futex, (long)&self->asked, FUTEX_WAKE, INT_MAX, 0);
    struct timespec quantum = timespec_of(50 * MILLISECOND);
    for (int64_t limit = now() + patience; self->answered == before; raw(SYS_futex, (long)&self->answered, FUTEX_WAIT, before, (long)&quantum))
        if (now() > limit) {
            fail("task %d (%d) does not answer", number, self->tid);
            return NOTHING;
        }
    return self->result;
}

static bool is_same(int part, int one, int other)
{
    return syscall(SYS_kcmp, members[one].tid, members[other].tid, types[part], 0, 0) == 0;
}

static void compare(bool seen[PARTS][COUNT_OF_MEMBERS][COUNT_OF_MEMBERS])
{
    for (int part = 0; part < PARTS; part++)
        for (int one = 0; one < COUNT_OF_MEMBERS; one++)
            for (int other = 0; other < COUNT_OF_MEMBERS; other++)
                seen[part][one][other] = is_same(part, one, other);
}

static void prepare(void)
{
    members = mmap(NULL, sizeof plan, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memcpy(members, plan, sizeof plan);
    members[MAIN].tid = getpid();
    MUST(chdir("/") == 0 && act(SET, IO, 0) == 0);
    for (int i = 1; i < COUNT_OF_MEMBERS; i++) {
        if (i == BROTHER)
            MUST(unshare(CLONE_FILES) == 0);
        if (plan[i].maker == MAIN)
            make(i);
        if (i == SISTER)
            MUST(unshare(CLONE_FILES) == 0);
    }
    for (int i = 1; i < COUNT_OF_MEMBERS; i++) {
        for (int64_t limit = now() + patience; !members[i].tid && now() < limit; nap())
            ;
        MUST(members[i].tid > 0);
        ask_member(i, GET, FS, 0);
    }
    MUST(!*reason);
    compare(same);
    MUST(same[VM][MAIN][ALL] && same[VM][MEMORY][RAW] && !same[VM][MAIN][TABLE] && same[VM][MIDDLE][BELOW] && !same[SIGHAND][MAIN][MEMORY]);
    MUST(same[FILES][BROTHER][SISTER] && !same[FILES][MAIN][BROTHER] && !same[FILES][MAIN][TABLE] && same[FILES][ALL][TABLE] && !same[FILES][MAIN][LONER] && same[FILES][MAIN][RAW]);
    MUST(same[FS][MAIN][GRANDCHILD] && !same[FS][MAIN][MIDDLE] && !same[FS][MAIN][RAW] && same[FS][MAIN][LONER]);
    MUST(same[IO][MAIN][DIRECTORIES] && same[IO][MAIN][RAW] && !same[IO][MAIN][LONER] && same[SYSVSEM][MAIN][TABLE] && !same[SYSVSEM][MAIN][RAW]);
}

static void check_part(int part, int actor)
{
    ask_member(actor, SET, part, 1);
    for (int i = 0; i < COUNT_OF_MEMBERS && !*reason; i++)
        EXPECT(ask_member(i, GET, part, 0) == same[part][actor][i], "%s: what task %d does is %s by task %d", names[part], actor, same[part][actor][i] ? "not seen" : "seen", i);
    ask_member(actor, SET, part, 0);
}

static int exit_signal_of(pid_t pid)
{
    char path[40];
    int value = -1;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    char *text = read_file(path, NULL), *rest = strrchr(text, ')') + 2;
    for (int field = 3; rest && field < 38; field++)
        rest = strchr(rest, ' ') ? strchr(rest, ' ') + 1 : NULL;
    MUST(rest && sscanf(rest, "%d", &value) == 1);
    free(text);
    return value;
}

static void check(void)
{
    bool seen[PARTS][COUNT_OF_MEMBERS][COUNT_OF_MEMBERS];
    compare(seen);
    for (int part = 0; part < PARTS; part++)
        for (int one = 0; one < COUNT_OF_MEMBERS; one++)
            for (int other = 0; other < one; other++)
                EXPECT(seen[part][one][other] == same[part][one][other], "%s of tasks %d and %d: kcmp says %s", names[part], one, other, seen[part][one][other] ? "shared" : "not shared");
    for (int i = 1; i < COUNT_OF_MEMBERS; i++)
        if (!plan[i].is_thread)
            EXPECT(exit_signal_of(members[i].tid) == (plan[i].flags & 0xff), "task %d has the exit signal %d", i, exit_signal_of(members[i].tid));
    for (int part = 0; part < SYSVSEM; part++)
        for (int actor = 0; actor < COUNT_OF_MEMBERS && !*reason; actor++)
            check_part(part, actor);
}

static void spoil(int number)
{
    switch (number) {
    case 1: ask_member(TABLE, UNSHARE, 0, CLONE_FILES); break;
    case 2: ask_member(GRANDCHILD, UNSHARE, 0, CLONE_FS); break;
    case 3: ask_member(ALL, UNSHARE, 0, CLONE_SYSVSEM); break;
    case 4: ask_member(SISTER, UNSHARE, 0, CLONE_FILES); break;
    case 5: MUST(kill(members[MEMORY].tid, SIGKILL) == 0); break;
    case 6: ask_member(RAW, UNSHARE, 0, CLONE_FILES); break;
    }
}

WORKLOAD(6)
