// A tracer and its children, seized and attached: one runs, the others stand in every kind of ptrace-stop, some of them not waited for yet.
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include "workload.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

enum { SYSCALL_STOP = SIGTRAP | 0x80, GROUP_STOP = SIGSTOP | PTRACE_EVENT_STOP << 8, INTERRUPT_STOP = SIGTRAP | PTRACE_EVENT_STOP << 8 };
enum kind { RUNNING, IN_CALL, SIGNAL, UNSEEN_SIGNAL, ENTRY, EXIT, UNSEEN_EXIT, GROUP, UNSEEN_GROUP, LISTENING, INTERRUPTED, STEPPED, KINDS };
static const char *names[] = { "running", "in call", "signal", "unseen signal", "entry", "exit", "unseen exit", "group", "unseen group", "listening", "interrupted", "stepped" };

struct child {
    enum kind kind;
    bool seized;
    pid_t pid;
    int pipe[2];
    volatile struct { long count, signals, value, secret; } *shared;
};

static struct child children[2 * KINDS];
static int number_of_children;
static __thread volatile long *signals, *value;

static void caught(int signal UNUSED, siginfo_t *info, void *context UNUSED)
{
    ++*signals;
    *value = info->si_value.sival_int;
}

// Reads byte after byte, and counts them.
static void live(struct child *child)
{
    char c;
    struct sigaction action = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_RESTART };
    signals = &child->shared->signals;
    value = &child->shared->value;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigaction(SIGUSR1, &action, NULL);
    close(child->pipe[1]);
    child->shared->secret = 4711 + child->pid;
    for (child->shared->count = 1; read(child->pipe[0], &c, 1) == 1;)
        child->shared->count++;
    _exit(0);
}

// ---- steps of a tracer -------------------------------------------------------------------------

static struct child *now_at;

#define WANT(condition, format, ...) EXPECT(condition, "%s%s: " format, names[now_at->kind], now_at->seized ? "" : " (attached)", ##__VA_ARGS__)

static void go(int request, long data)
{
    WANT(ptrace(request, now_at->pid, 0, data) == 0, "request %d: %s", request, strerror(errno));
}

// The next stop, which must come and be the expected one.
static void expect_stop(int expected, const char *where)
{
    int status = 0;
    pid_t got = 0;
    for (int64_t limit = now() + patience; now() < limit && (got = waitpid(now_at->pid, &status, __WALL | WNOHANG)) == 0;)
        usleep(200);
    WANT(got == now_at->pid && WIFSTOPPED(status) && status >> 8 == expected, "%s: waitpid gives %d, status 0x%x, not stop 0x%x", where, got, status, expected);
}

static void expect_no_stop(const char *where)
{
    siginfo_t info = { 0 };
    int result = waitid(P_PID, now_at->pid, &info, WSTOPPED | WEXITED | WNOHANG | WNOWAIT | __WALL);
    WANT(result == 0 && info.si_pid == 0, "%s: a stop that nobody asked for, 0x%x", where, info.si_status);
}

static void wait_in_kernel(bool traced)
{
    char path[64], state = 0;
    for (int64_t limit = now() + patience; now() < limit && state != (traced ? 't' : 'S'); usleep(200)) {
        snprintf(path, sizeof path, "/proc/%d/stat", now_at->pid);
        char *text = read_file(path, NULL);
        state = strrchr(text, ')')[2];
        free(text);
    }
    WANT(state == (traced ? 't' : 'S'), "is in state %c", state);
}

static void step_stop(const char *where)
{
    if (now_at->seized) {
        go(PTRACE_INTERRUPT, 0);
        expect_stop(INTERRUPT_STOP, where);
    } else {
        kill(now_at->pid, SIGSTOP);
        expect_stop(SIGSTOP, where);
    }
}

static struct user_regs_struct registers(void)
{
    struct user_regs_struct registers = { 0 };
    go(PTRACE_GETREGS, (long)&registers);
    return registers;
}

static void expect_secret(void)
{
    errno = 0;
    long secret = ptrace(PTRACE_PEEKDATA, now_at->pid, &now_at->shared->secret, 0);
    WANT(secret == 4711 + now_at->pid, "its memory says %ld: %s", secret, strerror(errno));
}

static void feed(void)
{
    WANT(write(now_at->pipe[1], "x", 1) == 1, "cannot write");
}

static void expect_count(long count)
{
    for (int64_t limit = now() + patience; now() < limit && now_at->shared->count < count; usleep(200))
        ;
    WANT(now_at->shared->count == count, "counts %ld, not %ld", now_at->shared->count, count);
}

// ---- into a stop, and on from there ----------------------------------------------------------------

// From running, in the read: brings the child to where it is to be at a checkpoint.
static void arrange(void)
{
    union sigval number = { .sival_int = 1000 + now_at->kind };
    wait_in_kernel(false);
    switch (now_at->kind) {
    case RUNNING:
        break;
    case SIGNAL:
        sigqueue(now_at->pid, SIGUSR1, number);
        expect_stop(SIGUSR1, "arrange");
        break;
    case UNSEEN_SIGNAL:
        sigqueue(now_at->pid, SIGUSR1, number);
        wait_in_kernel(true);
        break;
    case IN_CALL:
    case ENTRY:
    case EXIT:
    case UNSEEN_EXIT:
        step_stop("arrange");
        go(PTRACE_SYSCALL, 0);
        expect_stop(SYSCALL_STOP, "entry");
        if (now_at->kind == ENTRY)
            break;
        go(PTRACE_SYSCALL, 0);
        wait_in_kernel(false);
        if (now_at->kind == IN_CALL)
            break;
        feed();
        if (now_at->kind == EXIT)
            expect_stop(SYSCALL_STOP, "exit");
        else
            wait_in_kernel(true);
        break;
    case GROUP:
    case UNSEEN_GROUP:
    case LISTENING:
        kill(now_at->pid, SIGSTOP);
        expect_stop(SIGSTOP, "arrange");
        go(PTRACE_CONT, SIGSTOP);
        if (now_at->kind == UNSEEN_GROUP)
            wait_in_kernel(true);
        else
            expect_stop(now_at->seized ? GROUP_STOP : SIGSTOP, "arrange");
        if (now_at->kind == LISTENING)
            go(PTRACE_LISTEN, 0);
        break;
    case INTERRUPTED:
        step_stop("arrange");
        break;
    default:
        step_stop("arrange");
        go(PTRACE_SINGLESTEP, 0);
        feed();
        expect_stop(SIGTRAP, "arrange");
        break;
    }
}

// From there: sees what a tracer sees, and lets it run.
static void verify(void)
{
    long count = now_at->shared->count, caught_before = now_at->shared->signals;
    siginfo_t info = { 0 };
    char path[64], tracer[64];
    snprintf(path, sizeof path, "/proc/%d/status", now_at->pid);
    char *text = read_file(path, NULL);
    line_of(text, "TracerPid:", tracer, sizeof tracer);
    free(text);
    WANT(atoi(tracer) == getpid(), "its tracer is %s", tracer);
    switch (now_at->kind) {
    case RUNNING:
        expect_no_stop("running");
        feed();
        expect_count(count + 1);
        step_stop("running");
        expect_secret();
        go(PTRACE_CONT, 0);
        break;
    case IN_CALL:
        expect_no_stop("in call");
        feed();
        expect_stop(SYSCALL_STOP, "exit");
        WANT(registers().rax == 1 && registers().orig_rax == SYS_read, "the call gave %lld", (long long)registers().rax);
        go(PTRACE_SYSCALL, 0);
        expect_stop(SYSCALL_STOP, "the next entry");
        WANT(registers().orig_rax == SYS_read && registers().rax == (unsigned long)-ENOSYS, "the next call is %lld", (long long)registers().orig_rax);
        go(PTRACE_CONT, 0);
        expect_count(count + 1);
        break;
    case UNSEEN_SIGNAL:
        expect_stop(SIGUSR1, "unseen");
        __attribute__((fallthrough));
    case SIGNAL:
        expect_no_stop("signal");
        go(PTRACE_GETSIGINFO, (long)&info);
        WANT(info.si_signo == SIGUSR1 && info.si_code == SI_QUEUE && info.si_value.sival_int == 1000 + (int)now_at->kind && info.si_pid == getpid(),
            "siginfo says signal %d, code %d, value %d, from %d", info.si_signo, info.si_code, info.si_value.sival_int, info.si_pid);
        expect_secret();
        go(PTRACE_CONT, SIGUSR1);
        feed();
        expect_count(count + 1);
        WANT(now_at->shared->signals == caught_before + 1 && now_at->shared->value == 1000 + (int)now_at->kind, "the handler ran %ld times, with %ld", now_at->shared->signals - caught_before, now_at->shared->value);
        break;
    case ENTRY:
        expect_no_stop("entry");
        WANT(registers().orig_rax == SYS_read && registers().rax == (unsigned long)-ENOSYS && (int)registers().rdi == now_at->pipe[0], "call %lld, result %lld", (long long)registers().orig_rax, (long long)registers().rax);
        expect_secret();
        feed();
        go(PTRACE_SYSCALL, 0);
        expect_stop(SYSCALL_STOP, "exit");
        WANT(registers().rax == 1, "the call gave %lld", (long long)registers().rax);
        go(PTRACE_CONT, 0);
        expect_count(count + 1);
        break;
    case UNSEEN_EXIT:
        expect_stop(SYSCALL_STOP, "unseen");
        __attribute__((fallthrough));
    case EXIT:
        expect_no_stop("exit");
        WANT(registers().orig_rax == SYS_read && registers().rax == 1, "call %lld, result %lld", (long long)registers().orig_rax, (long long)registers().rax);
        expect_secret();
        go(PTRACE_SYSCALL, 0);
        expect_stop(SYSCALL_STOP, "the next entry");
        WANT(registers().rax == (unsigned long)-ENOSYS && now_at->shared->count == count + 1, "result %lld, count %ld", (long long)registers().rax, now_at->shared->count);
        go(PTRACE_CONT, 0);
        break;
    case UNSEEN_GROUP:
        expect_stop(now_at->seized ? GROUP_STOP : SIGSTOP, "unseen");
        __attribute__((fallthrough));
    case GROUP:
        expect_no_stop("group");
        WANT(now_at->seized || (ptrace(PTRACE_GETSIGINFO, now_at->pid, 0, &info) < 0 && errno == EINVAL), "it is no group-stop");
        expect_secret();
        go(PTRACE_CONT, 0);
        feed();
        expect_count(count + 1);
        break;
    case LISTENING:
        expect_no_stop("listening");
        WANT(ptrace(PTRACE_GETSIGINFO, now_at->pid, 0, &info) < 0 && errno == ESRCH, "it does not listen");
        kill(now_at->pid, SIGCONT);
        expect_stop(INTERRUPT_STOP, "continued");
        go(PTRACE_CONT, 0);
        expect_stop(SIGCONT, "continued");
        go(PTRACE_CONT, 0);
        feed();
        expect_count(count + 1);
        break;
    default:
        expect_no_stop("stopped");
        expect_secret();
        if (now_at->kind == INTERRUPTED) {
            WANT(ptrace(PTRACE_GETSIGINFO, now_at->pid, 0, &info) == 0 && info.si_code == (now_at->seized ? INTERRUPT_STOP : SI_USER), "code 0x%x", info.si_code);
            feed();
        }
        unsigned long long before = registers().rip;
        go(PTRACE_SINGLESTEP, 0);
        expect_stop(SIGTRAP, "step");
        WANT(now_at->kind == STEPPED ? registers().rip != before : registers().rip == before && registers().rax == 1, "the step leads from 0x%llx to 0x%llx, result %lld", before, (unsigned long long)registers().rip, (long long)registers().rax);
        go(PTRACE_CONT, 0);
        expect_count(count + 1);
        break;
    }
    if (now_at->kind == GROUP || now_at->kind == UNSEEN_GROUP) {
        kill(now_at->pid, SIGCONT);
        if (now_at->seized) {
            expect_stop(INTERRUPT_STOP, "continued");
            go(PTRACE_CONT, 0);
        }
        expect_stop(SIGCONT, "continued");
        go(PTRACE_CONT, 0);
    }
}

static void start(enum kind kind, bool seized)
{
    struct child *child = now_at = &children[number_of_children++];
    *child = (struct child) { .kind = kind, .seized = seized };
    child->shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(pipe2(child->pipe, O_CLOEXEC) == 0);
    if (!(child->pid = fork())) {
        child->pid = getpid();
        live(child);
    }
    expect_count(1);
    if (seized) {
        MUST(ptrace(PTRACE_SEIZE, child->pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) == 0);
    } else {
        MUST(ptrace(PTRACE_ATTACH, child->pid, 0, 0) == 0);
        expect_stop(SIGSTOP, "attach");
        MUST(ptrace(PTRACE_SETOPTIONS, child->pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) == 0);
        go(PTRACE_CONT, 0);
    }
    arrange();
}

static void prepare(void)
{
    for (enum kind kind = RUNNING; kind < KINDS; kind++) {
        start(kind, true);
        if (kind != LISTENING)
            start(kind, false);
    }
    MUST(*reason == 0);
}

static void check(void)
{
    for (int i = 0; i < number_of_children && !*reason; i++) {
        now_at = &children[i];
        verify();
        arrange();
    }
}

static void spoil(int number)
{
    const enum kind kinds[] = { RUNNING, IN_CALL, SIGNAL, EXIT, UNSEEN_GROUP, LISTENING };
    now_at = &children[2 * kinds[number - 1]];
    if (now_at->kind == LISTENING)
        MUST(kill(now_at->pid, SIGCONT) == 0);
    else
        MUST(ptrace(now_at->kind <= IN_CALL ? PTRACE_INTERRUPT : PTRACE_DETACH, now_at->pid, 0, 0) == 0);
    usleep(2000);
}

WORKLOAD(6)
