// A process whose first thread has ended, while others go on: it is a zombie that nobody can wait for. A child has such a
// process too, and its other thread ends it: the process then ends with that one's status.
#include "workload.h"

enum { STATUS = 7, CHILD_STATUS = 5 };

static char path[PATH_MAX];
static char *again[] = { "ended_leader", path, NULL };
static bool in_second_thread;
static atomic_llong ticks;
static pid_t child;
static int go[2];
static char before[200];

static void *count_on(void *argument)
{
    for (;; ticks++)
        rest(5 * MILLISECOND);
    return argument;
}

static void *end_child(void *argument)
{
    char c;
    MUST(read(go[0], &c, 1) == 1);
    syscall(SYS_exit, CHILD_STATUS);
    return argument;
}

static int workload_main(int count, char **arguments, int spoils);
static void *go_on(void *argument)
{
    exit(workload_main(2, again, 3));
    return argument;
}

static void describe(char *text)
{
    char file[40], uid[60], state[30];
    snprintf(file, sizeof file, "/proc/%d/status", getpid());
    char *status = read_file(file, NULL);
    line_of(status, "Uid:", uid, sizeof uid);
    line_of(status, "State:", state, sizeof state);
    free(status);
    snprintf(file, sizeof file, "/proc/%d/stat", getpid());
    char *stat = read_file(file, NULL);
    snprintf(text, sizeof before, "state%s uid%s name %.*s exit code%s", state, uid, (int)(strrchr(stat, ')') - strchr(stat, '(')), strchr(stat, '(') + 1, strrchr(stat, ' '));
    free(stat);
}

static void prepare(void)
{
    if (!in_second_thread) {
        in_second_thread = true;
        strcpy(path, directory);
        start_thread(go_on, NULL);
        prctl(PR_SET_NAME, "gone");
        MUST(syscall(SYS_setresuid, -1, 1234, -1) == 0);
        syscall(SYS_exit, STATUS);
    }
    start_thread(count_on, NULL);
    MUST(pipe(go) == 0);
    if (!(child = fork())) {
        prctl(PR_SET_NAME, "child");
        start_thread(end_child, NULL);
        syscall(SYS_exit, CHILD_STATUS + 1);
    }
    char task[40];
    snprintf(task, sizeof task, "/proc/self/task/%d/stat", getpid());
    for (int64_t limit = now() + patience; now() < limit; nap()) {
        char *stat = read_file(task, NULL);
        bool ended = strstr(stat, ") Z ") != NULL;
        free(stat);
        if (ended)
            break;
    }
    describe(before);
    char wanted[20];
    snprintf(wanted, sizeof wanted, "code %d\n", STATUS << 8);
    MUST(strstr(before, "state\tZ (zombie)") && strstr(before, "name gone") && strstr(before, wanted) && strstr(before, "1234"));
}

static void check(void)
{
    siginfo_t info = { 0 };
    char after[sizeof before];
    describe(after);
    for (int64_t limit = now() + patience; strcmp(before, after) && now() < limit; describe(after))
        nap();
    EXPECT(!strcmp(before, after), "the first thread has %s, not %s", after, before);
    moves_past(&ticks, ticks + 3, "the other thread");
    EXPECT(waitid(P_PID, child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0, "the child has ended, or is no child");
    if (asked_for("check")) {
        MUST(write(go[1], "x", 1) == 1);
        for (int64_t limit = now() + patience; !info.si_pid && now() < limit; nap())
            waitid(P_PID, child, &info, WEXITED | WNOHANG | WNOWAIT);
        EXPECT(info.si_pid == child && info.si_code == CLD_EXITED && info.si_status == CHILD_STATUS, "the child ended with %d", info.si_status);
    }
}

static void spoil(int number)
{
    switch (number) {
    case 1: MUST(kill(child, SIGKILL) == 0); break;
    case 2: before[0] = 'S'; patience = 100 * MILLISECOND; break;
    case 3: close(go[0]); MUST(kill(child, SIGSTOP) == 0); break;
    }
}

WORKLOAD(3)
