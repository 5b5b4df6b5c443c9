// Pending signals: of one thread and of the process, with the information that was queued with them, in their order.
#include "workload.h"

enum { QUEUED = 200 };

static struct worker worker;
static char before[3][400];

static void describe(char *text, pid_t tid)
{
    char path[60], private[60], shared[60];
    snprintf(path, sizeof path, "/proc/self/task/%d/status", tid);
    char *status = read_file(path, NULL);
    line_of(status, "SigPnd:", private, sizeof private);
    line_of(status, "ShdPnd:", shared, sizeof shared);
    snprintf(text, 400, "private %s shared %s", private + 1, shared + 1);
    free(status);
}

// glibc's sigtimedwait hides SI_TKILL.
static int take(sigset_t *set, siginfo_t *got)
{
    return syscall(SYS_rt_sigtimedwait, set, got, &(struct timespec) { 0 }, 8);
}

static void send_all(void)
{
    pid_t self = getpid();
    for (int i = 0; i < QUEUED; i++) {
        MUST(sigqueue(self, SIGRTMIN + 1 + i % 3, (union sigval) { .sival_ptr = (void *)mixed(i) }) == 0);
        MUST_PTHREAD(pthread_sigqueue(worker.thread, SIGRTMIN + 4, (union sigval) { .sival_int = i }));
    }
    MUST(kill(self, SIGUSR1) == 0 && kill(self, SIGTERM) == 0);
    MUST(syscall(SYS_tgkill, self, worker.tid, SIGUSR2) == 0);
    MUST(syscall(SYS_tgkill, self, self, SIGWINCH) == 0); // pending although ignored by default, since it is blocked
    MUST(syscall(SYS_tgkill, self, self, SIGUSR2) == 0);
    siginfo_t own = { .si_signo = SIGRTMIN + 5, .si_code = -77, .si_errno = 55 };
    fill((char *)&own + 16, 24, 9); // the kernel takes no more
    MUST(syscall(SYS_rt_tgsigqueueinfo, self, worker.tid, SIGRTMIN + 5, &own) == 0);
    describe(before[0], self);
    describe(before[1], worker.tid);
}

static void expect_next(int number, int code, long value, const char *what)
{
    sigset_t set;
    siginfo_t got = { 0 };
    sigemptyset(&set);
    sigaddset(&set, number);
    if (take(&set, &got) != number) {
        fail("%s: signal %d is not pending", what, number);
        return;
    }
    EXPECT(got.si_code == code, "%s: signal %d has code %d", what, number, got.si_code);
    if (code == SI_QUEUE)
        EXPECT(got.si_value.sival_ptr == (void *)value, "%s: signal %d has value %p", what, number, got.si_value.sival_ptr);
    EXPECT(got.si_pid == getpid() && got.si_uid == getuid(), "%s: signal %d comes from %d", what, number, got.si_pid);
}

static void expect_none(void)
{
    sigset_t all;
    sigfillset(&all);
    int got = take(&all, NULL);
    EXPECT(got < 0, "signal %d is pending and should not be", got);
}

static void take_private(struct worker *self)
{
    (void)self;
    for (int i = 0; i < QUEUED; i++)
        expect_next(SIGRTMIN + 4, SI_QUEUE, i, "private");
    expect_next(SIGUSR2, SI_TKILL, 0, "private");
    sigset_t set;
    siginfo_t got;
    uint8_t pattern[24];
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 5);
    fill(pattern, sizeof pattern, 9);
    EXPECT(take(&set, &got) > 0 && got.si_code == -77 && got.si_errno == 55
        && !memcmp((char *)&got + 16, pattern, 24), "information of an unusual kind is changed");
}

static void prepare(void)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    start_worker(&worker, 1);
    send_all();
}

static void check(void)
{
    char after[400];
    describe(after, getpid());
    EXPECT(!strcmp(after, before[0]), "main thread has %s, not %s", after, before[0]);
    describe(after, worker.tid);
    EXPECT(!strcmp(after, before[1]), "thread has %s, not %s", after, before[1]);
    ask(&worker, take_private);
    for (int i = 0; i < QUEUED; i++)
        expect_next(SIGRTMIN + 1 + i % 3, SI_QUEUE, mixed(i), "shared");
    expect_next(SIGUSR2, SI_TKILL, 0, "main thread's");
    expect_next(SIGWINCH, SI_TKILL, 0, "main thread's");
    expect_next(SIGUSR1, SI_USER, 0, "shared");
    expect_next(SIGTERM, SI_USER, 0, "shared");
    expect_none();
    send_all();
}

static void take_one(struct worker *self) { (void)self; expect_next(SIGRTMIN + 4, SI_QUEUE, 0, "spoiling"); }

static void spoil(int number)
{
    switch (number) {
    case 1: expect_next(SIGRTMIN + 1, SI_QUEUE, mixed(0), "spoiling"); break;
    case 2: ask(&worker, take_one); break;
    case 3: expect_next(SIGUSR2, SI_TKILL, 0, "spoiling"); kill(getpid(), SIGUSR2); break;
    case 4: sigqueue(getpid(), SIGRTMIN + 9, (union sigval) { 0 }); break;
    case 5: expect_next(SIGTERM, SI_USER, 0, "spoiling"); sigqueue(getpid(), SIGTERM, (union sigval) { 0 }); break;
    }
}

WORKLOAD(5)
