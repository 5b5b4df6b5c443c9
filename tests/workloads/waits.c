// Threads that wait without a limit: for a pipe, a signal, a futex, a lock. All go on waiting, and wake when they should.
#include <linux/futex.h>
#include <poll.h>
#include "workload.h"

enum { READ, WRITE, POLL, SUSPEND, FUTEX, LOCK, CONDITION, WAITERS };
static const char *names[] = { "read", "write", "poll", "sigsuspend", "futex", "mutex", "condition" };

static struct waiter { atomic_llong woken; atomic_int tid; int pipe[2]; } waiters[WAITERS];
static atomic_int word;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, condition_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static char block[PAGE];

static void handle(int number) { (void)number; }

// Waits once; tells what went wrong, or NULL.
static const char *wait_once(int kind, int *pipe)
{
    sigset_t others;
    char byte = 0;
    sigfillset(&others);
    sigdelset(&others, SIGUSR1);
    switch (kind) {
    case READ:
        return read(pipe[0], &byte, 1) == 1 && byte == 'r' ? NULL : "wrong return";
    case WRITE:
        return write(pipe[1], block, PAGE) == PAGE ? NULL : "wrong return";
    case POLL: {
        struct pollfd list = { pipe[0], POLLIN, 0 };
        return poll(&list, 1, -1) == 1 && read(pipe[0], &byte, 1) == 1 && byte == 'p' ? NULL : "wrong return";
    }
    case SUSPEND:
        return sigsuspend(&others) == -1 && errno == EINTR ? NULL : "wrong return";
    case FUTEX: {
        int value = word;
        return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, NULL) == 0 && word == value + 1 ? NULL : "wrong return";
    }
    case LOCK:
        return pthread_mutex_lock(&lock) || pthread_mutex_unlock(&lock) ? "wrong return" : NULL;
    default:
        pthread_mutex_lock(&condition_lock);
        pthread_cond_wait(&condition, &condition_lock);
        pthread_mutex_unlock(&condition_lock);
        return NULL;
    }
}

static void *wait_again_and_again(void *argument)
{
    struct waiter *self = argument;
    self->tid = gettid();
    for (;; self->woken++) {
        const char *wrong = wait_once(self - waiters, self->pipe);
        if (wrong)
            fail("%s: %s (%s)", names[self - waiters], wrong, strerror(errno));
        if (self - waiters == LOCK)
            rest(50 * MILLISECOND); // the main thread takes it back
    }
    return NULL;
}

static void prepare(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    sigaction(SIGUSR1, &(struct sigaction) { .sa_handler = handle }, NULL);
    pthread_mutex_lock(&lock);
    for (int i = 0; i < WAITERS; i++) {
        MUST(pipe(waiters[i].pipe) == 0);
        if (i == WRITE)
            for (int j = 0; j < 16; j++)
                MUST(write(waiters[i].pipe[1], block, PAGE) == PAGE);
        start_thread(wait_again_and_again, &waiters[i]);
    }
    rest(50 * MILLISECOND);
}

static void wake(int kind)
{
    switch (kind) {
    case READ: MUST(write(waiters[kind].pipe[1], "r", 1) == 1); break;
    case WRITE: MUST(read(waiters[kind].pipe[0], block, PAGE) == PAGE); break;
    case POLL: MUST(write(waiters[kind].pipe[1], "p", 1) == 1); break;
    case SUSPEND: MUST(syscall(SYS_tgkill, getpid(), waiters[kind].tid, SIGUSR1) == 0); break;
    case FUTEX: word++; syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1); break;
    case LOCK: pthread_mutex_unlock(&lock); rest(20 * MILLISECOND); pthread_mutex_lock(&lock); break;
    case CONDITION:
        pthread_mutex_lock(&condition_lock);
        pthread_cond_signal(&condition);
        pthread_mutex_unlock(&condition_lock);
        break;
    }
}

static void check(void)
{
    rest(50 * MILLISECOND);
    for (int i = 0; i < WAITERS; i++) {
        EXPECT(waiters[i].woken == round_number - 1, "%s: woke up %lld times, not %d", names[i], (long long)waiters[i].woken, round_number - 1);
        wake(i);
        moves_past(&waiters[i].woken, round_number - 1, names[i]);
    }
    rest(60 * MILLISECOND);
}

static void spoil(int number) { wake(number - 1); }

WORKLOAD(7)
