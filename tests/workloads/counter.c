// Threads that count, and threads that move money between accounts under locks: nothing is lost, and all go on.
#include "workload.h"

enum { COUNTERS = 4, CLERKS = 4, ACCOUNTS = 16, MONEY = 1000 };

static struct { atomic_llong value; long long mirror; } counters[COUNTERS];
static atomic_llong transfers[CLERKS];
static struct { pthread_mutex_t lock; long money; } accounts[ACCOUNTS];
static pthread_rwlock_t audit = PTHREAD_RWLOCK_INITIALIZER;

static void *count_up(void *argument)
{
    long i = (long)argument;
    for (;; counters[i].mirror++) {
        if (counters[i].mirror != counters[i].value)
            fail("counter %ld is %lld, not %lld", i, (long long)counters[i].value, counters[i].mirror), counters[i].mirror = counters[i].value;
        counters[i].value++;
        if (counters[i].value % 100000 == 0)
            sched_yield();
    }
    return NULL;
}

static void *move_money(void *argument)
{
    long clerk = (long)argument;
    for (uint64_t i = 0;; i++) {
        int from = mixed(i * CLERKS + clerk) % ACCOUNTS, to = (from + 1 + i % (ACCOUNTS - 1)) % ACCOUNTS;
        int first = from < to ? from : to, second = from < to ? to : from;
        pthread_rwlock_rdlock(&audit);
        pthread_mutex_lock(&accounts[first].lock);
        pthread_mutex_lock(&accounts[second].lock);
        accounts[from].money -= i % 7;
        accounts[to].money += i % 7;
        pthread_mutex_unlock(&accounts[second].lock);
        pthread_mutex_unlock(&accounts[first].lock);
        pthread_rwlock_unlock(&audit);
        transfers[clerk]++;
        if (i % 1000 == 0)
            rest(MILLISECOND);
    }
    return NULL;
}

static void prepare(void)
{
    for (int i = 0; i < ACCOUNTS; i++) {
        pthread_mutex_init(&accounts[i].lock, NULL);
        accounts[i].money = MONEY;
    }
    for (long i = 0; i < COUNTERS; i++)
        start_thread(count_up, (void *)i);
    for (long i = 0; i < CLERKS; i++)
        start_thread(move_money, (void *)i);
    rest(20 * MILLISECOND);
}

static void check(void)
{
    for (int i = 0; i < COUNTERS; i++)
        moves_past(&counters[i].value, counters[i].value + 1000, "a counting thread");
    for (int i = 0; i < CLERKS; i++)
        moves_past(&transfers[i], transfers[i] + 10, "a moving thread");
    pthread_rwlock_wrlock(&audit);
    long sum = 0;
    for (int i = 0; i < ACCOUNTS; i++)
        sum += accounts[i].money;
    pthread_rwlock_unlock(&audit);
    EXPECT(sum == ACCOUNTS * MONEY, "the accounts hold %ld, not %d", sum, ACCOUNTS * MONEY);
}

static void spoil(int number)
{
    if (number == 1)
        counters[1].value -= 5;
    else
        accounts[3].money++;
    rest(100 * MILLISECOND);
}

WORKLOAD(2)
