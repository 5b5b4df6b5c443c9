// Signal actions of all signals, and each thread's mask and alternate stack.
#include "workload.h"

enum { WORKERS = 3, STACK = 64 * KIB };

struct kernel_action { void *handler; unsigned long flags; void *restorer; uint64_t mask; };

static struct worker workers[WORKERS];
static struct kernel_action before[65];
static uint64_t masks[WORKERS];
static stack_t stacks[WORKERS];
static volatile sig_atomic_t handled, on_stack;

static void handle(int number)
{
    stack_t stack;
    sigaltstack(NULL, &stack);
    on_stack = stack.ss_flags & SS_ONSTACK;
    handled = number;
}

static void handle_information(int number, siginfo_t *information, void *context)
{
    (void)context;
    handled = number == information->si_signo ? number : -1;
}

static uint64_t mask_now(void)
{
    uint64_t mask = 0;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, 8);
    return mask;
}

static void set_up(struct worker *self)
{
    uint64_t mask = mixed(self->number) & ~(1UL << (SIGUSR1 - 1)) & ~(3UL << 31);
    MUST(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, 8) == 0);
    masks[self->number] = mask_now();
    stack_t stack = { .ss_sp = malloc(STACK), .ss_size = STACK, .ss_flags = self->number == 2 ? INT_MIN /* SS_AUTODISARM */ : 0 };
    MUST(self->number == 1 || sigaltstack(&stack, NULL) == 0);
    sigaltstack(NULL, &stacks[self->number]);
}

static void verify(struct worker *self)
{
    stack_t stack;
    int i = self->number;
    sigaltstack(NULL, &stack);
    EXPECT(mask_now() == masks[i], "thread %d: mask is %lx, not %lx", i, mask_now(), masks[i]);
    EXPECT(stack.ss_sp == stacks[i].ss_sp && stack.ss_size == stacks[i].ss_size && stack.ss_flags == stacks[i].ss_flags, "thread %d: alternate stack is %p", i, stack.ss_sp);
    handled = on_stack = 0;
    raise(SIGUSR1);
    EXPECT(handled == SIGUSR1, "thread %d: the handler was not called", i);
    EXPECT(!!on_stack == (i == 0), "thread %d: the handler ran on the wrong stack", i); // SS_AUTODISARM hides it
}

static void prepare(void)
{
    for (int i = 1; i <= 64; i++) {
        struct sigaction action = { .sa_handler = SIG_DFL };
        if (i == SIGKILL || i == SIGSTOP || i == 32 || i == 33)
            continue;
        action.sa_flags = (i % 2 ? SA_RESTART : 0) | (i % 3 ? SA_ONSTACK : 0) | (i % 5 ? SA_NODEFER : 0) | (i % 7 ? SA_NOCLDWAIT | SA_NOCLDSTOP : 0);
        sigemptyset(&action.sa_mask);
        sigaddset(&action.sa_mask, i % 30 + 1);
        if (i % 4 == 0)
            action.sa_sigaction = handle_information, action.sa_flags |= SA_SIGINFO;
        else if (i % 4 == 1)
            action.sa_handler = SIG_IGN;
        else if (i % 4 == 2)
            action.sa_handler = handle;
        if (i == SIGUSR1)
            action.sa_handler = handle, action.sa_flags = SA_ONSTACK;
        if (i != SIGSEGV && i != SIGBUS)
            MUST(sigaction(i, &action, NULL) == 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        start_worker(&workers[i], i);
        ask(&workers[i], set_up);
    }
    for (int i = 1; i <= 64; i++)
        syscall(SYS_rt_sigaction, i, NULL, &before[i], 8);
}

static void check(void)
{
    for (int i = 1; i <= 64; i++) {
        struct kernel_action action = { 0 };
        syscall(SYS_rt_sigaction, i, NULL, &action, 8);
        EXPECT(!memcmp(&action, &before[i], sizeof action), "action of signal %d: handler %p, flags %lx, mask %lx", i, action.handler, action.flags, action.mask);
    }
    for (int i = 0; i < WORKERS; i++)
        ask(&workers[i], verify);
}

static void block_more(struct worker *self)
{
    uint64_t mask = masks[self->number] ^ 1 << 20;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, 8);
}

static void drop_stack(struct worker *self)
{
    (void)self;
    sigaltstack(&(stack_t) { .ss_flags = SS_DISABLE }, NULL);
}

static void spoil(int number)
{
    switch (number) {
    case 1: signal(SIGUSR2, SIG_IGN); break;
    case 2: sigaction(SIGUSR1, &(struct sigaction) { .sa_handler = handle, .sa_flags = SA_ONSTACK | SA_RESTART }, NULL); break;
    case 3: ask(&workers[1], block_more); break;
    case 4: ask(&workers[2], drop_stack); break;
    }
}

WORKLOAD(4)
