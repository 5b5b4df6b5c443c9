// Busy threads that keep a value of their own in every general register, the flags, and the fs and gs bases.
#include <asm/prctl.h>
#include "workload.h"

enum { THREADS = 6, REGISTERS = 15, SPINS = 200000 };

static struct thread {
    uint64_t values[REGISTERS], found[REGISTERS + 1], gs[2];
    atomic_llong rounds;
    atomic_bool spoiled, moved;
} threads[THREADS];
static __thread struct thread *self_by_fs;

// Loads all general registers but rsp, sets the carry and direction flags, spins, and stores what the registers hold then;
// the flags come last.
void spin(const uint64_t *values, uint64_t *found, uint64_t spins);
asm(".globl spin\nspin:\n"
    "push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15; push %rsi; push %rdx\n"
    "mov (%rdi), %rax; mov 8(%rdi), %rbx; mov 16(%rdi), %rcx; mov 24(%rdi), %rdx; mov 32(%rdi), %rsi\n"
    "mov 48(%rdi), %rbp; mov 56(%rdi), %r8; mov 64(%rdi), %r9; mov 72(%rdi), %r10; mov 80(%rdi), %r11\n"
    "mov 88(%rdi), %r12; mov 96(%rdi), %r13; mov 104(%rdi), %r14; mov 112(%rdi), %r15; mov 40(%rdi), %rdi\n"
    "std; stc\n"
    "1: decq (%rsp); jnz 1b\n"
    "pushfq; push %rdi; mov 24(%rsp), %rdi; cld\n"
    "mov %rax, (%rdi); mov %rbx, 8(%rdi); mov %rcx, 16(%rdi); mov %rdx, 24(%rdi); mov %rsi, 32(%rdi)\n"
    "mov %rbp, 48(%rdi); mov %r8, 56(%rdi); mov %r9, 64(%rdi); mov %r10, 72(%rdi); mov %r11, 80(%rdi)\n"
    "mov %r12, 88(%rdi); mov %r13, 96(%rdi); mov %r14, 104(%rdi); mov %r15, 112(%rdi)\n"
    "pop 40(%rdi); pop 120(%rdi); pop %rdx; pop %rsi\n"
    "pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret\n");

static void *keep_busy(void *argument)
{
    struct thread *self = argument;
    int number = self - threads;
    uint64_t base, canary;
    self_by_fs = self;
    self->gs[0] = mixed(number + 100);
    MUST(syscall(SYS_arch_prctl, ARCH_SET_GS, self->gs) == 0);
    for (;; self->rounds++) {
        for (int i = 0; i < REGISTERS; i++)
            self->values[i] = mixed(number * REGISTERS + i + self->rounds);
        spin(self->values, self->found, SPINS);
        self->found[2] ^= self->spoiled;
        for (int i = 0; i < REGISTERS; i++)
            EXPECT(self->found[i] == self->values[i], "thread %d: register %d is %lx, not %lx", number, i, self->found[i], self->values[i]);
        EXPECT((self->found[REGISTERS] & 0x401) == 0x401, "thread %d: flags are %lx", number, self->found[REGISTERS]);
        if (self->moved)
            syscall(SYS_arch_prctl, ARCH_SET_GS, self->gs + 1);
        asm volatile("mov %%gs:0, %0" : "=r"(canary));
        EXPECT(canary == self->gs[0], "thread %d: gs leads to %lx", number, canary);
        syscall(SYS_arch_prctl, ARCH_GET_GS, &base);
        EXPECT(base == (uint64_t)self->gs, "thread %d: gs base is %lx", number, base);
        syscall(SYS_arch_prctl, ARCH_GET_FS, &base);
        EXPECT(base == pthread_self() && self_by_fs == self, "thread %d: fs base is %lx", number, base);
    }
    return NULL;
}

static void prepare(void)
{
    for (int i = 0; i < THREADS; i++)
        start_thread(keep_busy, &threads[i]);
    for (int i = 0; i < THREADS; i++)
        moves_past(&threads[i].rounds, 1, "a thread");
}

static void check(void)
{
    for (int i = 0; i < THREADS; i++)
        moves_past(&threads[i].rounds, threads[i].rounds + 2, "a thread");
}

static void spoil(int number)
{
    if (number == 1)
        threads[3].spoiled = true;
    else
        threads[2].moved = true;
}

WORKLOAD(2)
