// Restartable sequences: counters, one a processor, incremented in critical sections that the kernel aborts when a thread moves.
#include <linux/rseq.h>
#include <sys/rseq.h>
#include "workload.h"

enum { THREADS = 6, CPUS = 1024, DELAY = 300 };

static struct { volatile long value; char padding[56]; } counters[CPUS];
static struct thread { atomic_llong adds; atomic_llong aborts; atomic_int order; } threads[THREADS];
static atomic_bool stop;
static atomic_int stopped;

static volatile struct rseq *own_rseq(void) { return (void *)((char *)__builtin_thread_pointer() + __rseq_offset); }

// Adds one to the counter of this processor; false where it was interrupted. Between load and store stands a delay, so that an
// interruption falls there.
static bool add_one(volatile struct rseq *area, uint32_t cpu, volatile long *counter)
{
    asm goto(".pushsection __rseq_cs, \"aw\"; .balign 32\n"
        "3: .long 0, 0; .quad 1f, 2f - 1f, 4f; .popsection\n"
        "lea 3b(%%rip), %%rax; mov %%rax, %[section]\n"
        "1: cmpl %[cpu], %[cpu_id]; jne 5f\n"
        "mov (%[counter]), %%rax; inc %%rax; mov %[delay], %%ecx\n"
        "6: dec %%ecx; jnz 6b\n"
        "mov %%rax, (%[counter])\n"
        "2: jmp %l[added]\n"
        ".long 0x53053053\n"
        "4: jmp %l[aborted]\n"
        "5: jmp %l[aborted]\n"
        : : [section] "m"(area->rseq_cs), [cpu] "r"(cpu), [cpu_id] "m"(area->cpu_id), [counter] "r"(counter), [delay] "i"(DELAY)
        : "rax", "rcx", "memory", "cc" : added, aborted);
added:
    return true;
aborted:
    return false;
}

static void *count(void *argument)
{
    struct thread *self = argument;
    volatile struct rseq *area = own_rseq();
    for (;;) {
        uint32_t cpu = area->cpu_id_start;
        if (self->order == 1) {
            EXPECT((int)area->cpu_id >= 0 && area->cpu_id < CPUS, "the kernel does not keep the processor's number: %d", (int)area->cpu_id);
            self->order = 0;
        } else if (self->order == 2) {
            syscall(SYS_rseq, area, __rseq_size < 32 ? 32 : __rseq_size, RSEQ_FLAG_UNREGISTER, 0x53053053);
            self->order = 0;
        } else if (self->order == 3) {
            counters[cpu].value++, self->order = 0;
        }
        if (add_one(area, cpu, &counters[cpu].value))
            self->adds++;
        else
            self->aborts++;
        if (stop) {
            stopped++;
            while (stop)
                sched_yield();
            stopped--;
        }
    }
    return NULL;
}

static void prepare(void)
{
    MUST(__rseq_size > 0 && (int)own_rseq()->cpu_id >= 0);
    for (int i = 0; i < THREADS; i++)
        start_thread(count, &threads[i]);
    rest(50 * MILLISECOND);
}

static void give_order(int thread, int order)
{
    threads[thread].order = order;
    for (int64_t limit = now() + 5 * SECOND; threads[thread].order && now() < limit;)
        rest(MILLISECOND);
    EXPECT(threads[thread].order == 0, "thread %d does not answer", thread);
}

static void check(void)
{
    long long adds = 0, sum = 0;
    for (int i = 0; i < THREADS; i++) {
        give_order(i, 1);
        moves_past(&threads[i].adds, threads[i].adds + 1000, "a counting thread");
    }
    stop = true;
    for (int64_t limit = now() + 5 * SECOND; stopped < THREADS && now() < limit;)
        rest(MILLISECOND);
    for (int i = 0; i < THREADS; i++)
        adds += threads[i].adds;
    for (int i = 0; i < CPUS; i++)
        sum += counters[i].value;
    EXPECT(adds == sum, "the counters add up to %lld, not %lld", sum, adds);
    stop = false;
}

static void spoil(int number) { give_order(3, number + 1); }

WORKLOAD(2)
