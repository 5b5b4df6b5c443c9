// Busy threads that keep values of their own in the SSE, AVX, AVX-512 and x87 registers and their control words.
#include "workload.h"

enum { SPINS = 300000, THREADS = 8, SIZE = 32 * 64 + 64 };

// Each loads the registers from the first argument, spins as often as the third says, and stores them at the second.
void spin_sse(const void *values, void *found, uint64_t spins);
void spin_avx(const void *values, void *found, uint64_t spins);
void spin_avx512(const void *values, void *found, uint64_t spins);
void spin_x87(const void *values, void *found, uint64_t spins);
asm(".globl spin_sse, spin_avx, spin_avx512, spin_x87\n"
    "spin_sse:\n"
    ".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n movdqu 16*\\i(%rdi), %xmm\\i\n .endr\n"
    "1: dec %rdx; jnz 1b\n"
    ".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n movdqu %xmm\\i, 16*\\i(%rsi)\n .endr\n"
    "ret\n"
    "spin_avx:\n"
    ".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n vmovdqu 32*\\i(%rdi), %ymm\\i\n .endr\n"
    "1: dec %rdx; jnz 1b\n"
    ".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n vmovdqu %ymm\\i, 32*\\i(%rsi)\n .endr\n"
    "vzeroupper; ret\n"
    "spin_avx512:\n"
    ".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "vmovdqu64 64*\\i(%rdi), %zmm\\i\n .endr\n"
    ".irp i, 0,1,2,3,4,5,6,7\n kmovq 2048+8*\\i(%rdi), %k\\i\n .endr\n"
    "1: dec %rdx; jnz 1b\n"
    ".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "vmovdqu64 %zmm\\i, 64*\\i(%rsi)\n .endr\n"
    ".irp i, 0,1,2,3,4,5,6,7\n kmovq %k\\i, 2048+8*\\i(%rsi)\n .endr\n"
    "vzeroupper; ret\n"
    "spin_x87:\n"
    ".irp i, 0,1,2,3,4,5,6,7\n fildll 8*\\i(%rdi)\n .endr\n"
    "1: dec %rdx; jnz 1b\n"
    ".irp i, 7,6,5,4,3,2,1,0\n fistpll 8*\\i(%rsi)\n .endr\n"
    "ret\n");

static struct thread {
    const char *name;
    void (*spin)(const void *values, void *found, uint64_t spins);
    size_t length;
    uint32_t mxcsr;
    uint16_t control;
    uint8_t values[SIZE], found[SIZE];
    atomic_llong rounds;
    atomic_bool spoiled;
} threads[THREADS];
static int started;

static void *keep_busy(void *argument)
{
    struct thread *self = argument;
    uint32_t mxcsr;
    uint16_t control;
    asm volatile("ldmxcsr %0; fldcw %1" :: "m"(self->mxcsr), "m"(self->control));
    for (;; self->rounds++) {
        fill(self->values, self->length, (self - threads) * 1000 + self->rounds);
        self->spin(self->values, self->found, SPINS);
        self->found[self->length / 2] ^= self->spoiled;
        EXPECT(!memcmp(self->values, self->found, self->length), "%s registers changed", self->name);
        asm volatile("stmxcsr %0; fnstcw %1" : "=m"(mxcsr), "=m"(control));
        EXPECT(mxcsr == self->mxcsr && control == self->control, "%s: control words are %x and %x", self->name, mxcsr, control);
    }
    return NULL;
}

static void add(const char *name, void (*spin)(const void *, void *, uint64_t), size_t length)
{
    for (int i = 0; i < 2; i++, started++) {
        struct thread *self = &threads[started];
        self->name = name;
        self->spin = spin;
        self->length = length;
        self->mxcsr = 0x1f80 | (started % 4) << 13;
        self->control = 0x037f | (started + 1) % 4 << 10;
        start_thread(keep_busy, self);
    }
}

static void prepare(void)
{
    add("SSE", spin_sse, 16 * 16);
    add("x87", spin_x87, 8 * 8);
    if (__builtin_cpu_supports("avx2"))
        add("AVX", spin_avx, 16 * 32);
    if (__builtin_cpu_supports("avx512bw"))
        add("AVX-512", spin_avx512, 32 * 64 + 8 * 8);
    for (int i = 0; i < started; i++)
        moves_past(&threads[i].rounds, 1, threads[i].name);
}

static void check(void)
{
    for (int i = 0; i < started; i++)
        moves_past(&threads[i].rounds, threads[i].rounds + 2, threads[i].name);
}

static void spoil(int number)
{
    if (number == 1)
        threads[started - 1].spoiled = true;
    else
        threads[1].mxcsr ^= 0x2000;
}

WORKLOAD(2)
