// Programs that check themselves while they are frozen and thawed. Usage: target STATUS-FILE MODE [COUNT]
// The status file is struct status, shared with the test.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/rseq.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_TICKS 256

struct status {
    volatile int32_t ready;
    volatile int32_t failed;
    char what[240];
    volatile int32_t go;           // the test asks for the next step
    volatile int32_t child;        // a process that the test should know
    volatile uint64_t ticks[MAX_TICKS];
};

static struct status *status;

static void fail(const char *format, ...)
{
    if (__atomic_exchange_n(&status->failed, 1, __ATOMIC_SEQ_CST) == 0) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(status->what, sizeof status->what, format, arguments);
        va_end(arguments);
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int futex(int *word, int operation, int value, const struct timespec *timeout, int mask)
{
    return syscall(SYS_futex, word, operation, value, timeout, NULL, mask);
}

// ---- registers ----

struct registers { uint64_t general[15]; uint64_t carry; uint64_t vector[16][4]; } __attribute__((aligned(32)));

// Loads every general register with seed + its number, every ymm likewise, sets the carry flag, counts down, and stores all.
long spin(uint64_t seed, long rounds, struct registers *into);
__asm__(
    ".text\n.globl spin\nspin:\n"
    "push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15; push %rdx; push %rsi\n"
    "mov %rdi, %rax\n"
#define LOAD(n) "lea " #n "(%rax), %rcx; vmovq %rcx, %xmm" #n "; vpbroadcastq %xmm" #n ", %ymm" #n "\n"
    LOAD(0) LOAD(1) LOAD(2) LOAD(3) LOAD(4) LOAD(5) LOAD(6) LOAD(7) LOAD(8) LOAD(9) LOAD(10) LOAD(11) LOAD(12) LOAD(13) LOAD(14) LOAD(15)
    "lea 1(%rax), %rbx; lea 2(%rax), %rcx; lea 3(%rax), %rdx; lea 4(%rax), %rsi; lea 5(%rax), %rdi; lea 6(%rax), %rbp\n"
    "lea 7(%rax), %r8; lea 8(%rax), %r9; lea 9(%rax), %r10; lea 10(%rax), %r11; lea 11(%rax), %r12; lea 12(%rax), %r13\n"
    "lea 13(%rax), %r14; lea 14(%rax), %r15\n"
    "stc\n"
    "1: decq (%rsp)\n jnz 1b\n"
    "push %rdi\n"
    "mov 16(%rsp), %rdi\n"
    "mov %rax, 0(%rdi); mov %rbx, 8(%rdi); mov %rcx, 16(%rdi); mov %rdx, 24(%rdi); mov %rsi, 32(%rdi); mov %rbp, 48(%rdi)\n"
    "mov %r8, 56(%rdi); mov %r9, 64(%rdi); mov %r10, 72(%rdi); mov %r11, 80(%rdi); mov %r12, 88(%rdi); mov %r13, 96(%rdi)\n"
    "mov %r14, 104(%rdi); mov %r15, 112(%rdi)\n"
    "pop %rcx; mov %rcx, 40(%rdi)\n"
    "sbb %rcx, %rcx; mov %rcx, 120(%rdi)\n"
#define STORE(n) "vmovdqu %ymm" #n ", 128+32*" #n "(%rdi)\n"
    STORE(0) STORE(1) STORE(2) STORE(3) STORE(4) STORE(5) STORE(6) STORE(7) STORE(8) STORE(9) STORE(10) STORE(11) STORE(12) STORE(13) STORE(14) STORE(15)
    "vzeroupper\n"
    "pop %rsi; pop %rdx; pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "ret\n");

static void *busy(void *number)
{
    long n = (long)number;
    struct registers found;
    for (uint64_t round = 1;; round++) {
        uint64_t seed = (round * 0x9E3779B97F4A7C15u) ^ ((uint64_t)n << 56);
        spin(seed, 2000, &found);
        for (int i = 0; i < 15; i++)
            if (found.general[i] != seed + i)
                fail("thread %ld: register %d is %lx, not %lx", n, i, found.general[i], seed + i);
        if (found.carry != (uint64_t)-1)
            fail("thread %ld: the carry flag is lost", n);
        for (int i = 0; i < 16; i++)
            for (int k = 0; k < 4; k++)
                if (found.vector[i][k] != seed + i)
                    fail("thread %ld: ymm%d[%d] is %lx, not %lx", n, i, k, found.vector[i][k], seed + i);
        status->ticks[n]++;
    }
}

static void *busy512(void *number)
{
    long n = (long)number;
    for (uint64_t round = 1;; round++) {
        uint64_t zmm, mask, rounds = 2000;
        uint64_t expected = round * 0x9E3779B97F4A7C15u;
        uint64_t stored[8];
        __asm__ volatile(
            "vpbroadcastq %4, %%zmm31\n kmovw %k4, %%k3\n"
            "1: dec %0\n jnz 1b\n"
            "vmovdqu64 %%zmm31, (%3)\n kmovw %%k3, %k2\n mov (%3), %1\n"
            : "+&r"(rounds), "=&r"(zmm), "=&r"(mask) : "r"(stored), "r"(expected) : "memory", "cc");
        for (int i = 0; i < 8; i++)
            if (stored[i] != expected)
                fail("thread %ld: zmm31[%d] is %lx, not %lx", n, i, stored[i], expected);
        if ((mask & 0xFFFF) != (expected & 0xFFFF))
            fail("thread %ld: k3 is %lx, not %lx", n, mask, expected & 0xFFFF);
        status->ticks[n]++;
    }
}

// ---- sleeps with an end ----

#define NAP 0.15
static const struct timespec nap = { 0, 150 * 1000 * 1000 };
static int semaphores;

static int nap_socket(void)
{
    int pair[2];
    struct timeval limit = { 0, 150 * 1000 };
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return pair[0];
}

static const char *const nap_names[] = {
    "nanosleep", "clock_nanosleep", "clock_nanosleep absolute", "poll", "ppoll", "select", "futex", "futex absolute", "epoll_wait",
    "epoll_pwait2", "rt_sigtimedwait", "semtimedop", "recv", "usleep",
};
#define NAPS (long)(sizeof nap_names / sizeof *nap_names)

static void *napper(void *number)
{
    long n = (long)number;
    int epoll = epoll_create1(0), word = 0, socket = nap_socket();
    struct epoll_event event;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    struct sembuf wait = { 0, -1, 0 };
    for (;;) {
        double start = now();
        struct timespec until, rest = { 0, 0 };
        struct timeval limit = { 0, 150 * 1000 };
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += nap.tv_nsec;
        if (until.tv_nsec >= 1000000000) { until.tv_nsec -= 1000000000; until.tv_sec++; }
        int result, expected = 0;
        errno = 0;
        switch (n) {
        case 0: result = nanosleep(&nap, &rest); break;
        case 1: result = clock_nanosleep(CLOCK_REALTIME, 0, &nap, &rest); break;
        case 2: result = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL); break;
        case 3: result = poll(NULL, 0, 150); break;
        case 4: result = ppoll(NULL, 0, &nap, NULL); break;
        case 5: result = select(0, NULL, NULL, NULL, &limit); break;
        case 6: result = futex(&word, FUTEX_WAIT_PRIVATE, 0, &nap, 0); expected = ETIMEDOUT; break;
        case 7: result = futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 0, &until, -1); expected = ETIMEDOUT; break;
        case 8: result = epoll_wait(epoll, &event, 1, 150); break;
        case 9: result = syscall(SYS_epoll_pwait2, epoll, &event, 1, &nap, NULL, 0); break;
        case 10: result = sigtimedwait(&set, NULL, &nap); expected = EAGAIN; break;
        case 11: result = semtimedop(semaphores, &wait, 1, &nap); expected = EAGAIN; break;
        case 12: result = recv(socket, &word, 1, 0); expected = EAGAIN; break;
        default: result = usleep(150 * 1000); break;
        }
        int error = errno;
        double slept = now() - start;
        if (result != (expected ? -1 : 0) || error != expected)
            fail("%s gave %d with errno %d", nap_names[n], result, error);
        if (slept < NAP - 0.005)
            fail("%s ended after %.3f s", nap_names[n], slept);
        status->ticks[n]++;
    }
}

// ---- sleeps without an end ----

static const char *const wait_names[] = {
    "read of a pipe", "pause", "sigsuspend", "futex", "poll", "ppoll", "select", "epoll_wait", "epoll_pwait", "epoll_pwait2", "semop", "msgrcv",
    "accept", "recv", "wait4", "flock", "fcntl(F_SETLKW)", "sigwaitinfo", "write to a full pipe", "waitid", "nanosleep", "open of a FIFO",
    "recv with a timeout", "accept with a timeout", "futex with a timeout", "recvmmsg", "signalfd", "eventfd", "timerfd", "inotify",
};
#define WAITS (long)(sizeof wait_names / sizeof *wait_names)

#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

static int message_queue, locked;

// A tracer that is killed right behind the stop cannot take the EINTR back that some calls know no restart for (signal(7)).
static int may_be_interrupted;
static char lock_path[300], fifo_path[300];

static void *waiter(void *number)
{
    long n = (long)number;
    int pipes[2], sockets[2], word = 0, result;
    int epoll = epoll_create1(0), listener = socket(AF_UNIX, SOCK_STREAM, 0);
    struct epoll_event event;
    struct sembuf down = { 0, -1, 0 };
    struct { long type; char text[8]; } message;
    struct sockaddr_un address = { AF_UNIX };
    struct timespec hour = { 3600, 0 };
    struct timeval limit = { 3600, 0 };
    char buffer[65536];
    struct flock lock = { .l_type = F_WRLCK };
    struct mmsghdr header = { 0 };
    struct itimerspec timer = { .it_value = { 3600, 0 } };
    sigset_t none, some;
    sigemptyset(&none);
    sigemptyset(&some);
    sigaddset(&some, SIGUSR2);
    pipe(pipes);
    socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
    bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t));
    listen(listener, 5);
    int fd = open(lock_path, O_RDWR);
    if (n == 14 || n == 19) {
        int child = fork();
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;) pause();
        }
    }
    status->ticks[n]++;
again:
    errno = 0;
    switch (n) {
    case 0: result = read(pipes[0], buffer, 1); break;
    case 1: result = pause(); break;
    case 2: result = sigsuspend(&none); break;
    case 3: result = futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, 0); break;
    case 4: result = poll(&(struct pollfd){ pipes[0], POLLIN, 0 }, 1, -1); break;
    case 5: result = ppoll(&(struct pollfd){ pipes[0], POLLIN, 0 }, 1, NULL, &none); break;
    case 6: { fd_set set; FD_ZERO(&set); result = select(0, NULL, NULL, NULL, NULL); break; }
    case 7: result = epoll_wait(epoll, &event, 1, -1); break;
    case 8: result = epoll_pwait(epoll, &event, 1, -1, &none); break;
    case 9: result = syscall(SYS_epoll_pwait2, epoll, &event, 1, NULL, &none, 8); break;
    case 10: result = semop(semaphores, &down, 1); break;
    case 11: result = msgrcv(message_queue, &message, sizeof message.text, 0, 0); break;
    case 12: result = accept(listener, NULL, NULL); break;
    case 13: result = recv(sockets[0], buffer, 1, 0); break;
    case 14: result = wait4(-1, NULL, __WNOTHREAD, NULL); break;
    case 15: result = flock(fd, LOCK_EX); break;
    case 16: result = fcntl(fd, F_OFD_SETLKW, &lock); break;
    case 17: result = sigwaitinfo(&some, NULL); break;
    case 18:
        while (write(pipes[1], buffer, sizeof buffer) == sizeof buffer) { }
        result = -2;
        break;
    case 19: result = waitid(P_ALL, 0, &(siginfo_t){ 0 }, WEXITED | __WNOTHREAD); break;
    case 20: result = nanosleep(&hour, NULL); break;
    case 21: result = open(fifo_path, O_RDONLY); break;
    case 22:
        setsockopt(sockets[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        result = recv(sockets[0], buffer, 1, 0);
        break;
    case 23:
        setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        result = accept(listener, NULL, NULL);
        break;
    case 24: result = futex(&word, FUTEX_WAIT_PRIVATE, 0, &hour, 0); break;
    case 25: result = recvmmsg(sockets[0], &header, 1, 0, NULL); break;
    case 26: result = read(signalfd(-1, &some, 0), buffer, 128); break;
    case 27: result = read(eventfd(0, 0), buffer, 8); break;
    case 28: {
        int timers = timerfd_create(CLOCK_MONOTONIC, 0);
        timerfd_settime(timers, 0, &timer, NULL);
        result = read(timers, buffer, 8);
        break;
    }
    default: result = read(inotify_init(), buffer, sizeof buffer); break;
    }
    if (may_be_interrupted && errno == EINTR && (n == 7 || n == 17 || n == 22))
        goto again;
    fail("%s returned %d with errno %d", wait_names[n], result, errno);
    return NULL;
}

static void prepare_waits(const char *path)
{
    semaphores = semget(IPC_PRIVATE, 1, 0600);
    message_queue = msgget(IPC_PRIVATE, 0600);
    snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    snprintf(fifo_path, sizeof fifo_path, "%s.fifo", path);
    locked = open(lock_path, O_CREAT | O_RDWR, 0600);
    flock(locked, LOCK_EX);
    struct flock lock = { .l_type = F_WRLCK };
    fcntl(open(lock_path, O_RDWR), F_OFD_SETLK, &lock);
    mkfifo(fifo_path, 0600);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void remove_queues(void)
{
    semctl(semaphores, 0, IPC_RMID);
    msgctl(message_queue, IPC_RMID, NULL);
}

static void stay_until_told(void)
{
    status->ready = 1;
    while (!status->go) usleep(10000);
    remove_queues();
    _exit(0);
}

// ---- threads that come and go ----

static void *brief(void *counter)
{
    __atomic_add_fetch((uint64_t *)counter, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void *spawner(void *number)
{
    for (;;) {
        pthread_t made[4];
        for (int i = 0; i < 4; i++)
            if (pthread_create(&made[i], NULL, brief, (void *)&status->ticks[(long)number]))
                fail("pthread_create failed: %d", errno);
        for (int i = 0; i < 4; i++)
            pthread_join(made[i], NULL);
    }
}

// ---- a restartable sequence ----

struct rseq_section { uint32_t version, flags; uint64_t start, length, abort; } __attribute__((aligned(32)));

static void *restartable(void *number)
{
    struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
    uint64_t aborted = 0;
    for (;;) {
        uint64_t outcome = 0, rounds = 3000;
        __asm__ volatile(
            ".pushsection .data\n .balign 32\n 9: .long 0, 0\n .quad 1f, 2f-1f, 4f\n .popsection\n"
            "lea 9b(%%rip), %%r8\n"
            "mov %%r8, %2\n"
            "1: dec %1\n jnz 1b\n"
            "cmp %%r8, %2\n"
            "2: je 5f\n"
            "mov $2, %0\n jmp 5f\n"
            ".byte 0x0f, 0xb9, 0x3d\n .long 0x53053053\n"
            "4: mov $1, %0\n"
            "5:\n"
            : "+r"(outcome), "+r"(rounds), "+m"(area->rseq_cs) : : "r8", "cc", "memory");
        *(volatile uint64_t *)&area->rseq_cs = 0;
        if (outcome == 2)
            fail("a restartable sequence went on after it had been interrupted");
        aborted += outcome == 1;
        status->ticks[(long)number]++;
        status->ticks[100] = aborted;
    }
    return NULL;
}

// ---- signals ----

static void caught(int signal)
{
    fail("signal %d was delivered", signal);
}

static void tick(int signal)
{
    // Long enough to be met in the middle, and it touches every register that a compiler likes.
    struct registers found;
    spin(0x1234567, 200, &found);
    status->ticks[signal == SIGALRM ? 120 : 121]++;
}

static void start(void *(*body)(void *), long number)
{
    pthread_t made;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    if (pthread_create(&made, &attributes, body, (void *)number))
        fail("pthread_create: %d", errno);
}

static void *parked(void *number)
{
    status->ticks[(long)number % MAX_TICKS]++;
    for (;;) pause();
}

static void *steady(void *number)
{
    for (;;) {
        struct timespec little = { 0, 2 * 1000 * 1000 };
        if (nanosleep(&little, NULL) != 0)
            fail("nanosleep: errno %d", errno);
        status->ticks[(long)number]++;
    }
}

int main(int count, char **arguments)
{
    // A lost one ends by itself.
    struct sigevent end = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
    struct itimerspec later = { .it_value = { 300, 0 } };
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, &end, &timer);
    timer_settime(timer, 0, &later, NULL);

    int fd = open(arguments[1], O_RDWR);
    status = mmap(NULL, sizeof *status, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    const char *mode = arguments[2];
    long threads = count > 3 ? atol(arguments[3]) : 0;

    if (!strcmp(mode, "busy")) {
        for (long i = 0; i < threads; i++)
            start(i == 1 && __builtin_cpu_supports("avx512f") ? busy512 : busy, i);
    } else if (!strcmp(mode, "naps")) {
        prepare_waits(arguments[1]);
        for (long i = 0; i < NAPS; i++)
            start(napper, i);
        status->child = NAPS;
        stay_until_told();
    } else if (!strcmp(mode, "waits")) {
        prepare_waits(arguments[1]);
        for (long i = 0; i < WAITS; i++)
            start(waiter, i);
        for (long i = 0; i < WAITS; i++)
            while (!status->ticks[i]) usleep(1000);
        status->child = WAITS;
        usleep(100 * 1000);
        stay_until_told();
    } else if (!strcmp(mode, "parked")) {
        for (long i = 1; i < threads; i++)
            start(parked, i);
    } else if (!strcmp(mode, "steady")) {
        for (long i = 0; i < threads; i++)
            start(steady, i);
    } else if (!strcmp(mode, "storm")) {
        for (long i = 0; i < threads; i++)
            start(spawner, i);
    } else if (!strcmp(mode, "restartable")) {
        for (long i = 0; i < threads; i++)
            start(restartable, i);
    } else if (!strcmp(mode, "caught")) {
        int all[] = { SIGURG, SIGWINCH, SIGCHLD, SIGCONT };
        for (int i = 0; i < 4; i++)
            signal(all[i], caught);
        start(steady, 0);
        start(waiter, 3);
        start(waiter, 7);
        start(waiter, 1);
        start(waiter, 24);
        start(busy, 10);
    } else if (!strcmp(mode, "pending")) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        sigaddset(&set, SIGRTMIN);
        sigprocmask(SIG_BLOCK, &set, NULL);
        for (int i = 0; i < 3; i++)
            sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 100 + i });
        pthread_kill(pthread_self(), SIGUSR1);
        status->ready = 1;
        while (!status->go) usleep(1000);
        siginfo_t info;
        struct timespec no_time = { 0, 0 };
        if (sigtimedwait(&set, &info, &no_time) != SIGUSR1)
            fail("SIGUSR1 is not pending");
        for (int i = 0; i < 3; i++)
            if (sigtimedwait(&set, &info, &no_time) != SIGRTMIN || info.si_value.sival_int != 100 + i || info.si_pid != getpid())
                fail("SIGRTMIN %d is not as it was sent", i);
        status->ticks[0] = 1;
    } else if (!strcmp(mode, "alarmed")) {
        // epoll_wait without an end, which only the handler's EINTR ends.
        struct sigaction action = { .sa_handler = tick };
        sigaction(SIGALRM, &action, NULL);
        int epoll = epoll_create1(0);
        struct epoll_event event;
        status->ready = 1;
        for (;;) {
            if (epoll_wait(epoll, &event, 1, -1) != -1 || errno != EINTR)
                fail("epoll_wait did not end with EINTR");
            status->ticks[0]++;
        }
    } else if (!strcmp(mode, "filtered")) {
        // Dies of whatever it has no need of, as a strict sandbox does.
        struct sock_filter filter[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_nanosleep, 2, 0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_restart_syscall, 1, 0),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
        status->ready = 1;
        for (;;) {
            struct timespec little = { 0, 2 * 1000 * 1000 };
            if (syscall(SYS_nanosleep, &little, NULL) != 0)
                fail("nanosleep: errno %d", errno);
            status->ticks[0]++;
        }
    } else if (!strcmp(mode, "vfork")) {
        status->ready = 1;
        int child = vfork();
        if (child == 0) {
            struct timespec long_time = { 3, 0 };
            syscall(SYS_nanosleep, &long_time, NULL);
            _exit(0);
        }
        waitpid(child, NULL, 0);
        status->ticks[0]++;
    } else if (!strcmp(mode, "leaderless")) {
        start(steady, 0);
        status->ready = 1;
        pthread_exit(NULL);
    } else if (!strcmp(mode, "mixed")) {
        // What the kills must not harm. SIGALRM goes to the first busy thread.
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGALRM);
        struct sigaction action = { .sa_handler = tick, .sa_flags = SA_RESTART };
        sigaction(SIGALRM, &action, NULL);
        prepare_waits(arguments[1]);
        may_be_interrupted = 1;
        start(busy, 0);
        sigprocmask(SIG_BLOCK, &set, NULL);
        start(__builtin_cpu_supports("avx512f") ? busy512 : busy, 1);
        start(restartable, 2);
        start(steady, 3);
        start(waiter, 1);
        start(waiter, 7);
        start(waiter, 17);
        start(waiter, 22);
        start(waiter, 24);
        start(waiter, 20);
        struct itimerval interval = { { 0, 700 }, { 0, 700 } };
        setitimer(ITIMER_REAL, &interval, NULL);
        status->ready = 1;
        remove_queues();
        for (;;) {
            if (poll(NULL, 0, 5) != 0)
                fail("poll: errno %d", errno);
            status->ticks[5]++;
        }
    }
    status->ready = 1;
    for (;;) {
        pause();
        fail("pause of the first thread returned");
    }
}
