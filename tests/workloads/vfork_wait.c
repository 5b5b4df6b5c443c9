// A process that cannot be stopped: it waits in the kernel for its vfork child, which stays.
#include "workload.h"

static atomic_llong ticks;

static void *leave_the_child_alone(void *argument)
{
    for (;; ticks++)
        rest(5 * MILLISECOND);
    return argument;
}

static void *wait_for_child(void *argument)
{
    pid_t child = vfork();
    if (child == 0) {
        while (!asked_for("check") && !asked_for("stop"))
            rest(20 * MILLISECOND);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return argument;
}

static void prepare(void)
{
    prctl(PR_SET_NAME, "vfork-main");
    start_thread(wait_for_child, NULL);
    start_thread(leave_the_child_alone, NULL);
    rest(100 * MILLISECOND);
}

static void check(void) { moves_past(&ticks, ticks + 3, "the other thread"); }

static void spoil(int number) { (void)number; }

WORKLOAD(0)
