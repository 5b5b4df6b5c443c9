// For the tests that kill crstream at random instants: busy and sleeping threads that notice any change of a register, of the
// memory, of a lock, and any call that ends as it should not. With "check.N" as often as one likes.
#include "workload.h"

enum { AREA = 8 * 1024 * 1024, PIECES = 64 };

static uint8_t *area;
static atomic_llong rounds[6];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long one_side, other_side;
static int silent[2];

static void *registers(void *argument)
{
    long kind = (long)argument;
    for (;; rounds[kind]++) {
        register uint64_t a = mixed(rounds[kind]), b = a * 3, c = a * 5, d = a * 7, e = a * 11, spins = 100000;
        double x = 1.5 + kind, y = x * 2;
        for (; spins; spins--)
            asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+x"(x), "+x"(y), "+r"(spins));
        EXPECT(b == a * 3 && c == a * 5 && d == a * 7 && e == a * 11 && a == mixed(rounds[kind]), "registers changed");
        EXPECT(x == 1.5 + kind && y == x * 2, "vector registers changed");
    }
    return NULL;
}

static void *memory(void *argument)
{
    for (uint64_t round = 0;; round++, rounds[2]++) {
        int piece = round % PIECES;
        expect_filled(area + piece * (AREA / PIECES), AREA / PIECES, round < PIECES ? (uint64_t)piece : round - PIECES, "memory");
        fill(area + piece * (AREA / PIECES), AREA / PIECES, round);
    }
    return argument;
}

static void *locks(void *argument)
{
    for (;; rounds[(long)argument]++) {
        pthread_mutex_lock(&lock);
        EXPECT(one_side + other_side == 0, "a lock did not hold");
        one_side++;
        other_side--;
        pthread_mutex_unlock(&lock);
        if (rounds[(long)argument] % 5000 == 0)
            rest(MILLISECOND);
    }
    return NULL;
}

static void *sleeps(void *argument)
{
    for (;; rounds[5]++) {
        int64_t begin = now();
        struct timespec time = timespec_of(50 * MILLISECOND);
        int result = nanosleep(&time, NULL);
        EXPECT(result == 0 && now() - begin >= 50 * MILLISECOND, "nanosleep returned %d after %lld us", result, (long long)(now() - begin) / 1000);
    }
    return argument;
}

static void prepare(void)
{
    area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(area != MAP_FAILED && pipe(silent) == 0);
    for (int i = 0; i < PIECES; i++)
        fill(area + i * (AREA / PIECES), AREA / PIECES, i);
    start_thread(registers, (void *)0);
    start_thread(registers, (void *)1);
    start_thread(memory, NULL);
    start_thread(locks, (void *)3);
    start_thread(locks, (void *)4);
    start_thread(sleeps, NULL);
}

static void check(void)
{
    for (int i = 0; i < COUNT(rounds); i++)
        moves_past(&rounds[i], rounds[i] + 1, "a thread");
}

static void spoil(int number)
{
    if (number == 1)
        area[AREA / 2]++;
    else
        one_side++;
    for (long long seen = rounds[2]; rounds[2] < seen + 2 * PIECES;)
        nap();
}

WORKLOAD(2)
