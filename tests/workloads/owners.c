// Who is told when a descriptor becomes ready: F_SETOWN, F_SETOWN_EX, F_SETSIG and O_ASYNC.
#include "workload.h"

static struct worker worker;
static int by_process[2], by_thread[2], file;
static atomic_int told, told_thread, wrong;

static void tell(int number, siginfo_t *information, void *context)
{
    (void)context;
    if (number == SIGRTMIN + 3 && information->si_fd == by_thread[0] && gettid() == worker.tid)
        told_thread++;
    else if (number == SIGRTMIN + 2 && information->si_fd == by_process[0])
        told++;
    else
        wrong++;
}

static void expect_owner(int descriptor, int type, int id, int signal, const char *what)
{
    struct f_owner_ex owner = { -1, -1 };
    EXPECT(!fcntl(descriptor, F_GETOWN_EX, &owner) && (int)owner.type == type && owner.pid == id, "%s: owner is %d of type %d", what, owner.pid, owner.type);
    EXPECT(fcntl(descriptor, F_GETSIG) == signal, "%s: signal is %d", what, fcntl(descriptor, F_GETSIG));
}

static void prepare(void)
{
    for (int i = 2; i <= 3; i++)
        sigaction(SIGRTMIN + i, &(struct sigaction) { .sa_sigaction = tell, .sa_flags = SA_SIGINFO | SA_RESTART }, NULL);
    sigaction(SIGIO, &(struct sigaction) { .sa_sigaction = tell, .sa_flags = SA_SIGINFO | SA_RESTART }, NULL);
    start_worker(&worker, 1);
    MUST(pipe(by_process) == 0 && pipe(by_thread) == 0);
    MUST(fcntl(by_process[0], F_SETOWN, getpid()) == 0 && fcntl(by_process[0], F_SETSIG, SIGRTMIN + 2) == 0);
    MUST(fcntl(by_thread[0], F_SETOWN_EX, &(struct f_owner_ex) { F_OWNER_TID, worker.tid }) == 0);
    MUST(fcntl(by_thread[0], F_SETSIG, SIGRTMIN + 3) == 0);
    MUST(fcntl(by_process[0], F_SETFL, O_ASYNC) == 0 && fcntl(by_thread[0], F_SETFL, O_ASYNC | O_NONBLOCK) == 0);
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "%s/owned", directory);
    MUST((file = open(name, O_RDWR | O_CREAT, 0600)) >= 0);
    MUST(fcntl(file, F_SETOWN_EX, &(struct f_owner_ex) { F_OWNER_PGRP, getpgrp() }) == 0);
}

static void check(void)
{
    char bytes[2];
    expect_owner(by_process[0], F_OWNER_PID, getpid(), SIGRTMIN + 2, "pipe of the process");
    expect_owner(by_thread[0], F_OWNER_TID, worker.tid, SIGRTMIN + 3, "pipe of the thread");
    expect_owner(by_process[1], F_OWNER_TID, 0, 0, "other end"); // the kernel's way to say nobody
    expect_owner(file, F_OWNER_PGRP, getpgrp(), 0, "file");
    EXPECT(fcntl(by_process[0], F_GETFL) == O_ASYNC, "flags are %o", fcntl(by_process[0], F_GETFL));
    EXPECT(told == round_number - 1 && told_thread == round_number - 1, "told %d and %d times before anything happened", told, told_thread);
    MUST(write(by_process[1], "x", 1) == 1 && write(by_thread[1], "x", 1) == 1);
    for (int64_t limit = now() + 3 * SECOND; (told < round_number || told_thread < round_number) && now() < limit; nap())
        ;
    EXPECT(told == round_number, "the process was told %d times, not %d", told, round_number);
    EXPECT(told_thread == round_number, "the thread was told %d times, not %d", told_thread, round_number);
    EXPECT(wrong == 0, "told wrongly %d times", wrong);
    MUST(read(by_process[0], bytes, 1) == 1 && read(by_thread[0], bytes, 1) == 1);
}

static void spoil(int number)
{
    switch (number) {
    case 1: fcntl(by_process[0], F_SETOWN, 0); break;
    case 2: fcntl(by_thread[0], F_SETSIG, 0); break;
    case 3: fcntl(by_process[0], F_SETFL, 0); break;
    case 4: fcntl(file, F_SETOWN, getpid()); break;
    }
}

WORKLOAD(4)
