// Pid namespaces of its own, one in another: an init with a thread, a child and a session in the first, an init in the second, a zombie init, and a choice for children to come.
#include "workload.h"

enum { INIT, CHILD, INNER, WHO };
static const char *const names[] = { "init", "child", "inner init" };

static struct shared {
    atomic_int asked, answered[WHO];
    atomic_bool forks;
    struct answer {
        pid_t pid, parent, session, group, thread, owner;
        int timer_signals, forked;
    } answers[WHO];
} *shared;

static pid_t init, zombie, children[WHO];
static char lines[WHO][300];
static atomic_int timer_signals;

static void on_signal(int number, siginfo_t *info, void *context)
{
    (void)number, (void)context;
    timer_signals += info->si_code == SI_TIMER;
}

static void *thread_main(void *answer)
{
    ((struct answer *)answer)->thread = gettid();
    for (;;)
        pause();
    return NULL;
}

// A timer for this very thread, whose id the kernel translates, and a file that this process owns.
static int make_references(void)
{
    struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART };
    struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1, ._sigev_un._tid = gettid() };
    timer_t timer;
    int ends[2];
    MUST(sigaction(SIGUSR1, &action, NULL) == 0 && timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    MUST(timer_settime(timer, 0, &(struct itimerspec) { { 0, 20 * MILLISECOND }, { 0, 20 * MILLISECOND } }, NULL) == 0);
    MUST(pipe(ends) == 0 && fcntl(ends[0], F_SETOWN_EX, &(struct f_owner_ex) { F_OWNER_PID, getpid() }) == 0);
    return ends[0];
}

static pid_t forked_pid(void)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0)
        _exit(getpid() < 100 ? getpid() : 0); // nobody outside has such a small one
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static void serve(int who)
{
    struct answer mine = { 0 };
    struct f_owner_ex owner = { 0 };
    start_thread(thread_main, &mine);
    int file = make_references();
    if (who == CHILD) { // after the thread, which keeps its namespace: no thread can be made afterwards
        MUST(unshare(CLONE_NEWPID) == 0);
        if (fork() == 0) {
            who = INNER;
            start_thread(thread_main, &mine);
            file = make_references();
        }
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int seen = 0;; rest(2 * MILLISECOND)) {
        if (shared->asked == seen)
            continue;
        for (int before = timer_signals; timer_signals == before && mine.timer_signals < 500; mine.timer_signals++)
            rest(2 * MILLISECOND);
        mine.pid = getpid(), mine.parent = getppid(), mine.session = getsid(0), mine.group = getpgid(0);
        mine.owner = fcntl(file, F_GETOWN_EX, &owner) == 0 ? owner.pid : -1;
        mine.forked = who == INIT ? forked_pid() : 0;
        shared->answers[who] = mine;
        mine.timer_signals = 0;
        shared->answered[who] = seen = shared->asked;
    }
}

static void read_lines(int who, char *text, size_t size)
{
    char path[50], line[70];
    snprintf(path, sizeof path, "/proc/%d/status", children[who]);
    char *status = read_file(path, NULL);
    static const char *const keys[] = { "NSpid:", "NStgid:", "NSpgid:", "NSsid:" };
    *text = 0;
    for (int i = 0; i < COUNT(keys); i++) {
        line_of(status, keys[i], line, sizeof line);
        snprintf(text + strlen(text), size - strlen(text), "%s%s ", keys[i], line);
    }
    free(status);
}

static void ask_all(void)
{
    shared->asked++;
    for (int who = 0; who < WHO; who++)
        for (int64_t limit = now() + patience; shared->answered[who] != shared->asked; nap())
            if (now() > limit) {
                fail("the %s does not answer", names[who]);
                break;
            }
}

static void prepare(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int ends[2];
    MUST(pipe(ends) == 0);
    MUST(unshare(CLONE_NEWPID) == 0 && (zombie = fork()) >= 0);
    if (zombie == 0)
        _exit(getpid() == 1 ? 7 : 8);
    siginfo_t info;
    MUST(waitid(P_PID, zombie, &info, WEXITED | WNOWAIT) == 0);

    // The namespace for children is the dead one's; only an outer process can choose another.
    int own = open("/proc/self/ns/pid", O_RDONLY);
    MUST(setns(own, CLONE_NEWPID) == 0 && unshare(CLONE_NEWPID) == 0 && (init = fork()) >= 0);
    close(own);
    if (init == 0) {
        if (fork() == 0) {
            setsid();
            serve(CHILD);
        }
        serve(INIT);
    }
    children[INIT] = init;
    ask_all();
    for (int who = CHILD; who < WHO; who++) {
        char path[60];
        snprintf(path, sizeof path, "/proc/%d/task/%d/children", children[who - 1], children[who - 1]);
        char *text = read_file(path, NULL);
        children[who] = atoi(text);
        free(text);
    }
    for (int who = 0; who < WHO; who++)
        read_lines(who, lines[who], sizeof lines[who]);
}

static void check(void)
{
    static struct answer before[WHO];
    char now_lines[300];
    siginfo_t info = { 0 };
    if (!before[INIT].pid)
        memcpy(before, shared->answers, sizeof before);
    ask_all();
    EXPECT(before[INIT].pid == 1 && before[CHILD].pid > 1 && before[INNER].pid == 1 && before[INIT].parent == 0, "pids %d %d %d", before[INIT].pid, before[CHILD].pid, before[INNER].pid);
    for (int who = 0; who < WHO; who++) {
        struct answer *was = &before[who], *is = &shared->answers[who];
        EXPECT(is->pid == was->pid && is->parent == was->parent && is->session == was->session && is->group == was->group && is->thread == was->thread && is->owner == was->owner,
            "%s: pid %d parent %d session %d group %d thread %d owner %d, was %d %d %d %d %d %d", names[who], is->pid, is->parent, is->session, is->group, is->thread, is->owner,
            was->pid, was->parent, was->session, was->group, was->thread, was->owner);
        EXPECT(is->timer_signals < 500, "%s: no signal from the timer", names[who]);
        read_lines(who, now_lines, sizeof now_lines);
        EXPECT(!strcmp(lines[who], now_lines), "%s: %s, was %s", names[who], now_lines, lines[who]);
    }
    EXPECT(shared->answers[INIT].forked > 4, "a child of the init is %d", shared->answers[INIT].forked);
    int forked = forked_pid();
    EXPECT(forked > 4 && forked < 100, "a child of the outer process is %d in the namespace for its children", forked);
    EXPECT(waitid(P_PID, zombie, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid == zombie && info.si_status == 7, "zombie: %d %d", info.si_pid, info.si_status);
}

static void spoil(int number)
{
    int own = open("/proc/self/ns/pid", O_RDONLY);
    if (number == 1)
        MUST(kill(children[INNER], SIGKILL) == 0);
    if (number == 2)
        MUST(setns(own, CLONE_NEWPID) == 0);
    close(own);
}

WORKLOAD(2)
