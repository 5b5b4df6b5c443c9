// Epoll instances: what they watch under which numbers, and what of it has been told already.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include "workload.h"

// Each watched pipe tells with its own data. QUIET has nothing to tell at a checkpoint, LOUD has.
enum { EDGE_TOLD, ONCE_TOLD, ONCE_READ, ONCE_SET, CLOSED, REUSED, EXCLUSIVE, QUIET_PIPES, LEVEL = QUIET_PIPES, EDGE, ONCE, PIPES };
enum { COUNTER = PIPES, INNER_QUIET, INNER_LOUD, ALL };
#define DATA(kind) (0x123456789ABCDEF0ULL + (kind))
#define BIT(kind) (1U << (kind))

static const char *names[] = {
    "edge-triggered, told", "one-shot, told", "one-shot, told and read", "one-shot", "under a closed number", "under a number that was used again",
    "exclusive", "level-triggered", "edge-triggered", "one-shot, untold", "the counter under the number used again", "the quiet instance", "the loud instance",
};
static int quiet, loud, outer, ends[PIPES][2], numbers[PIPES], counter;

static void add(int instance, int kind, int file, uint32_t events)
{
    struct epoll_event event = { events, { .u64 = DATA(kind) } };
    MUST(epoll_ctl(instance, EPOLL_CTL_ADD, file, &event) == 0);
}

static void set(int instance, int kind, uint32_t events)
{
    struct epoll_event event = { events, { .u64 = DATA(kind) } };
    MUST(epoll_ctl(instance, EPOLL_CTL_MOD, numbers[kind], &event) == 0);
}

// Collects all that an instance tells at once, as a set.
static unsigned told_by(int instance)
{
    struct epoll_event events[ALL];
    unsigned told = 0;
    int count = epoll_wait(instance, events, ALL, 0);
    for (int i = 0; i < count; i++) {
        uint64_t kind = events[i].data.u64 - DATA(0);
        if (kind < ALL && !(told & BIT(kind)) && events[i].events == EPOLLIN)
            told |= BIT(kind);
        else
            fail("it tells 0x%x of 0x%llx", events[i].events, (unsigned long long)events[i].data.u64);
    }
    return told;
}

static void expect(unsigned told, unsigned wanted, const char *when)
{
    for (int kind = 0; kind < ALL; kind++)
        if ((told ^ wanted) & BIT(kind))
            fail("%s: %s: %s", when, names[kind], wanted & BIT(kind) ? "not told" : "told");
}

static void put(int kind) { MUST(write(ends[kind][1], "x", 1) == 1); }
static void take(int kind) { char byte; MUST(read(ends[kind][0], &byte, 1) == 1); }

static void prepare(void)
{
    static const uint32_t modes[] = { EPOLLET, EPOLLONESHOT, EPOLLONESHOT, EPOLLONESHOT, 0, 0, EPOLLEXCLUSIVE, 0, EPOLLET, EPOLLONESHOT };
    MUST((quiet = epoll_create1(EPOLL_CLOEXEC)) >= 0 && (loud = epoll_create1(0)) >= 0 && (outer = epoll_create1(0)) >= 0);
    for (int kind = 0; kind < PIPES; kind++) {
        MUST(pipe2(ends[kind], O_NONBLOCK) == 0);
        numbers[kind] = kind == CLOSED || kind == REUSED ? dup(ends[kind][0]) : ends[kind][0];
        add(kind < QUIET_PIPES ? quiet : loud, kind, numbers[kind], EPOLLIN | modes[kind]);
    }
    MUST(fcntl(ends[EXCLUSIVE][0], F_DUPFD, 900) == 900); // a number may be beyond those that are free
    MUST((counter = eventfd(0, EFD_NONBLOCK)) >= 0 && close(numbers[CLOSED]) == 0 && dup2(counter, numbers[REUSED]) == numbers[REUSED]);
    add(quiet, COUNTER, numbers[REUSED], EPOLLIN);
    add(outer, INNER_QUIET, quiet, EPOLLIN);
    add(outer, INNER_LOUD, loud, EPOLLIN);
    put(EDGE_TOLD), put(ONCE_TOLD), put(ONCE_READ);
    MUST(told_by(quiet) == (BIT(EDGE_TOLD) | BIT(ONCE_TOLD) | BIT(ONCE_READ)));
    take(ONCE_READ);
    put(LEVEL), put(EDGE), put(ONCE);
}

static void check_quiet(void)
{
    expect(told_by(quiet), 0, "at first");
    for (int kind = 0; kind < QUIET_PIPES; kind++)
        put(kind);
    MUST(eventfd_write(counter, 1) == 0);
    expect(told_by(outer), BIT(INNER_QUIET), "from outside");
    expect(told_by(quiet), BIT(EDGE_TOLD) | BIT(ONCE_SET) | BIT(CLOSED) | BIT(REUSED) | BIT(EXCLUSIVE) | BIT(COUNTER), "after a write to all");
    set(quiet, ONCE_TOLD, EPOLLIN | EPOLLONESHOT), set(quiet, ONCE_READ, EPOLLIN | EPOLLONESHOT);
    expect(told_by(quiet), BIT(ONCE_TOLD) | BIT(ONCE_READ) | BIT(CLOSED) | BIT(REUSED) | BIT(EXCLUSIVE) | BIT(COUNTER), "when it was set again");
    for (int kind = 0; kind < QUIET_PIPES; kind++)
        take(kind);
    set(quiet, ONCE_SET, EPOLLIN | EPOLLONESHOT);
    MUST(eventfd_read(counter, &(eventfd_t) { 0 }) == 0);
    expect(told_by(quiet), 0, "when all was read");
}

static void check_loud(void)
{
    expect(told_by(outer), BIT(INNER_LOUD), "from outside");
    expect(told_by(loud), BIT(LEVEL) | BIT(EDGE) | BIT(ONCE), "untold");
    expect(told_by(loud), BIT(LEVEL), "told");
}

static void check_numbers(void)
{
    struct epoll_event event = { EPOLLIN, { .u64 = 0 } };
    EXPECT(epoll_ctl(quiet, EPOLL_CTL_ADD, ends[CLOSED][0], &event) == 0 && epoll_ctl(quiet, EPOLL_CTL_DEL, ends[CLOSED][0], NULL) == 0, "the closed number is the open one");
    EXPECT(epoll_ctl(quiet, EPOLL_CTL_DEL, numbers[CLOSED], NULL) == -1 && errno == EBADF, "the closed number is open");
    EXPECT(epoll_ctl(quiet, EPOLL_CTL_ADD, numbers[REUSED], &event) == -1 && errno == EEXIST, "the number used again is not watched");
    EXPECT(epoll_ctl(quiet, EPOLL_CTL_MOD, ends[EXCLUSIVE][0], &event) == -1 && errno == EINVAL, "it is not exclusive");
    EXPECT(dup2(ends[CLOSED][0], numbers[CLOSED]) == numbers[CLOSED] && epoll_ctl(quiet, EPOLL_CTL_DEL, numbers[CLOSED], NULL) == 0, "what was added under a closed number cannot be removed under it");
    add(quiet, CLOSED, numbers[CLOSED], EPOLLIN);
    close(numbers[CLOSED]);
}

static void check(void)
{
    check_loud();
    take(LEVEL); // so that the outer one tells of the quiet one alone
    check_quiet();
    check_numbers();
    put(EDGE), take(EDGE), put(LEVEL);
    set(loud, ONCE, EPOLLIN | EPOLLONESHOT);
}

static void spoil(int number)
{
    static const int told[] = { EDGE_TOLD, ONCE_TOLD, ONCE_READ };
    if (number <= COUNT(told))
        set(quiet, told[number - 1], EPOLLIN | (told[number - 1] == EDGE_TOLD ? EPOLLET : EPOLLONESHOT)), told[number - 1] == ONCE_READ ? put(ONCE_READ) : (void)0;
    else if (number == 4)
        told_by(loud);
    else if (number == 5)
        MUST(epoll_ctl(quiet, EPOLL_CTL_DEL, numbers[REUSED], NULL) == 0);
    else if (number == 6)
        MUST(epoll_ctl(outer, EPOLL_CTL_DEL, quiet, NULL) == 0);
    else if (number == 7) {
        MUST(dup2(ends[CLOSED][0], numbers[CLOSED]) == numbers[CLOSED] && epoll_ctl(quiet, EPOLL_CTL_DEL, numbers[CLOSED], NULL) == 0);
        add(quiet, CLOSED, ends[CLOSED][0], EPOLLIN);
        close(numbers[CLOSED]);
    } else {
        MUST(epoll_ctl(quiet, EPOLL_CTL_DEL, ends[EXCLUSIVE][0], NULL) == 0);
        add(quiet, EXCLUSIVE, ends[EXCLUSIVE][0], EPOLLIN);
    }
}

WORKLOAD(8)
