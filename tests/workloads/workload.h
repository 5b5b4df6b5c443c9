// What all workloads share: the protocol of README.md, and a few readers of /proc.
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))
#define COUNT(array) (int)(sizeof(array) / sizeof(*(array)))
#define KIB 1024UL
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define PAGE 4096UL
#define MILLISECOND 1000000LL
#define SECOND (1000 * MILLISECOND)
enum { NAME_SIZE = PATH_MAX + 64 };

// Every workload defines these three and ends with WORKLOAD(number of spoils).
static void prepare(void);
static void check(void);
static void spoil(int number);

static char directory[PATH_MAX];
static int round_number = 1;

// ---- what went wrong -------------------------------------------------------------------------

static pthread_mutex_t reason_lock = PTHREAD_MUTEX_INITIALIZER;
static char reason[2000];

// Notes a failure; the verdict names them all, up to the buffer's end. Not for signal handlers.
static UNUSED __attribute__((format(printf, 1, 2))) void fail(const char *format, ...)
{
    va_list arguments;
    pthread_mutex_lock(&reason_lock);
    size_t used = strlen(reason);
    if (used + 100 < sizeof reason) {
        used += snprintf(reason + used, sizeof reason - used, "%s", used ? "; " : "");
        va_start(arguments, format);
        vsnprintf(reason + used, sizeof reason - used, format, arguments);
        va_end(arguments);
    }
    pthread_mutex_unlock(&reason_lock);
}

#define EXPECT(condition, ...) do { if (!(condition)) fail(__VA_ARGS__); } while (0)

// Writes a file of the directory so that a reader sees all of it or nothing.
static UNUSED void say(const char *name, const char *text)
{
    char path[NAME_SIZE], partial[NAME_SIZE];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    snprintf(partial, sizeof partial, "%s/.%s", directory, name);
    FILE *file = fopen(partial, "we");
    if (!file || fprintf(file, "%s\n", text) < 0 || fclose(file) || rename(partial, path)) {
        fprintf(stderr, "cannot write %s: %s\n", path, strerror(errno));
        exit(3);
    }
}

static UNUSED void broken(const char *what, const char *file, int line)
{
    char text[1000];
    snprintf(text, sizeof text, "broken: %s:%d: %s: %s", file, line, what, strerror(errno));
    say("status", text);
    exit(3);
}

// A step of the preparation (or of a check's own means) that has to work for the check to mean anything.
#define MUST(condition) do { if (!(condition)) broken(#condition, __FILE__, __LINE__); } while (0)
#define MUST_PTHREAD(call) do { errno = (call); MUST(errno == 0 && #call); } while (0)

// ---- time ------------------------------------------------------------------------------------

static UNUSED int64_t clock_now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

static UNUSED int64_t now(void) { return clock_now(CLOCK_MONOTONIC); }

static UNUSED struct timespec timespec_of(int64_t nanoseconds)
{
    return (struct timespec) { nanoseconds / SECOND, nanoseconds % SECOND };
}

static UNUSED void rest(int64_t nanoseconds)
{
    struct timespec time = timespec_of(nanoseconds);
    while (nanosleep(&time, &time) && errno == EINTR)
        ;
}

// How long the process stood still so far, as its polling main thread noticed: the sum of all its naps that took too long.
static atomic_llong stood_still;

static UNUSED void nap(void)
{
    int64_t begin = now();
    rest(5 * MILLISECOND);
    int64_t late = now() - begin - 5 * MILLISECOND;
    if (late > 20 * MILLISECOND)
        stood_still += late;
}

// How long to wait for what should happen at once; short where it is known that it will not.
static int64_t patience = 30 * SECOND;

// Waits until a counter that a thread moves has passed a value: a thread that does not go on is a failure.
static UNUSED bool moves_past(atomic_llong *counter, long long value, const char *what)
{
    for (int64_t limit = now() + patience; *counter <= value; nap())
        if (now() > limit) {
            fail("%s does not go on", what);
            return false;
        }
    return true;
}

// ---- threads that do something when asked --------------------------------------------------------

struct worker {
    int number;
    pid_t tid;
    pthread_t thread;
    sem_t asked, done;
    void (*work)(struct worker *self);
    void *data;
};

static UNUSED void *worker_main(void *argument)
{
    struct worker *self = argument;
    self->tid = gettid();
    sem_post(&self->done);
    for (;;) {
        while (sem_wait(&self->asked))
            ;
        self->work(self);
        sem_post(&self->done);
    }
    return NULL;
}

static UNUSED bool wait_done(struct worker *worker)
{
    struct timespec limit = timespec_of(clock_now(CLOCK_REALTIME) + patience);
    while (sem_timedwait(&worker->done, &limit))
        if (errno == ETIMEDOUT) {
            fail("thread %d does not answer", worker->number);
            return false;
        }
    return true;
}

static UNUSED void start_worker(struct worker *worker, int number)
{
    worker->number = number;
    sem_init(&worker->asked, 0, 0);
    sem_init(&worker->done, 0, 0);
    MUST_PTHREAD(pthread_create(&worker->thread, NULL, worker_main, worker));
    wait_done(worker);
}

// Runs a function in the worker's thread and waits for its end.
static UNUSED void ask(struct worker *worker, void (*work)(struct worker *self))
{
    worker->work = work;
    sem_post(&worker->asked);
    wait_done(worker);
}

static UNUSED void start_thread(void *(*body)(void *), void *argument)
{
    pthread_t thread;
    MUST_PTHREAD(pthread_create(&thread, NULL, body, argument));
    pthread_detach(thread);
}

// ---- reading ---------------------------------------------------------------------------------

// A whole file as text (a zero is added); the caller frees it.
static UNUSED char *read_file(const char *path, size_t *length)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    MUST(file >= 0);
    size_t used = 0, size = 64 * KIB;
    char *text = malloc(size);
    for (ssize_t got; (got = read(file, text + used, size - used - 1)) > 0;) {
        used += got;
        if (size - used < 4 * KIB)
            text = realloc(text, size *= 2);
    }
    close(file);
    text[used] = 0;
    if (length)
        *length = used;
    return text;
}

// The rest of the line that begins with a key, copied to a buffer; empty where there is none.
static UNUSED void line_of(const char *text, const char *key, char *value, size_t size)
{
    *value = 0;
    for (const char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (!strncmp(line, key, strlen(key))) {
            snprintf(value, size, "%.*s", (int)strcspn(line + strlen(key), "\n"), line + strlen(key));
            return;
        }
}

// A line of /proc/self/smaps for the mapping that holds an address, such as "VmFlags:".
static UNUSED void smaps_line(const void *address, const char *key, char *value, size_t size)
{
    char *text = read_file("/proc/self/smaps", NULL);
    unsigned long start, end;
    bool inside = false;
    *value = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
            inside = (unsigned long)address >= start && (unsigned long)address < end;
        else if (inside && !strncmp(line, key, strlen(key)))
            snprintf(value, size, "%s", line + strlen(key));
    }
    free(text);
}

// ---- a program that lives on in an executable of our choice --------------------------------------

struct echo {
    pid_t pid;
    int in, out;
};

// Executes an open file that holds /bin/cat, and talks to it by pipes.
static UNUSED void start_echo(struct echo *echo, int executable)
{
    int in[2], out[2];
    MUST(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && (echo->pid = fork()) >= 0);
    if (echo->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        fexecve(executable, (char *[]) { "cat", NULL }, (char *[]) { NULL });
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    echo->in = in[1];
    echo->out = out[0];
    fcntl(echo->out, F_SETFL, O_NONBLOCK);
}

static UNUSED void expect_echo(struct echo *echo, const char *what)
{
    char sent = 'a' + round_number, got = 0;
    signal(SIGPIPE, SIG_IGN);
    EXPECT(write(echo->in, &sent, 1) == 1, "%s has ended", what);
    for (int64_t limit = now() + patience; read(echo->out, &got, 1) < 0 && errno == EAGAIN && now() < limit; nap())
        ;
    EXPECT(got == sent, "%s does not answer", what);
}

static UNUSED void copy_cat(int file)
{
    size_t length;
    char *cat = read_file("/bin/cat", &length);
    MUST(write(file, cat, length) == (ssize_t)length);
    free(cat);
}

// ---- patterns --------------------------------------------------------------------------------

static UNUSED uint64_t mixed(uint64_t value)
{
    value ^= value >> 31;
    value *= 0x9E3779B97F4A7C15;
    value ^= value >> 29;
    value *= 0xBF58476D1CE4E5B9;
    return value ^ value >> 32;
}

static UNUSED void fill(void *area, size_t length, uint64_t seed)
{
    for (size_t i = 0; i < length / 8; i++)
        ((uint64_t *)area)[i] = mixed(seed + i);
}

// Counts a failure if an area does not hold the pattern; tells the first byte that differs.
static UNUSED void expect_filled(const void *area, size_t length, uint64_t seed, const char *what)
{
    for (size_t i = 0; i < length / 8; i++)
        if (((const uint64_t *)area)[i] != mixed(seed + i)) {
            fail("%s: wrong at byte %zu of %zu", what, i * 8, length);
            return;
        }
}

static UNUSED void expect_zero(const void *area, size_t length, const char *what)
{
    for (size_t i = 0; i < length / 8; i++)
        if (((const uint64_t *)area)[i]) {
            fail("%s: not zero at byte %zu of %zu", what, i * 8, length);
            return;
        }
}

// ---- the protocol ----------------------------------------------------------------------------

static UNUSED bool asked_for(const char *name)
{
    char path[NAME_SIZE];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static UNUSED bool give_verdict(const char *name)
{
    char text[sizeof reason + 10];
    check();
    snprintf(text, sizeof text, *reason ? "FAIL: %s" : "OK", reason);
    say(name, text);
    return *reason == 0;
}

static int workload_main(int count, char **arguments, int spoils)
{
    if (count == 2 && !strcmp(arguments[1], "--spoils"))
        return printf("%d\n", spoils) < 0;
    if (count < 2 || !realpath(arguments[1], directory)) {
        fprintf(stderr, "usage: %s DIRECTORY | --spoils\n", arguments[0]);
        return 2;
    }
    const char *wrong = getenv("WORKLOAD_SPOIL");
    prepare();
    if (wrong)
        patience = 2 * SECOND;
    say("status", "ready");
    for (;;) {
        char ask_name[40], verdict_name[40];
        snprintf(ask_name, sizeof ask_name, "check.%d", round_number);
        snprintf(verdict_name, sizeof verdict_name, "verdict.%d", round_number);
        bool last = asked_for("check"), next = asked_for(ask_name);
        if ((last || next) && wrong)
            spoil(atoi(wrong));
        if (last)
            exit(give_verdict("verdict") ? 0 : 1);
        if (next) {
            give_verdict(verdict_name);
            round_number++;
        }
        if (asked_for("stop"))
            exit(*reason ? 1 : 0);
        nap();
    }
}

#define WORKLOAD(spoils) int main(int count, char **arguments) { return workload_main(count, arguments, spoils); }

#endif
