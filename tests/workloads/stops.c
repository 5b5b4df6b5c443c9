// Children stopped by job control: whether the parent has heard of it yet, what waits for them to go on, several threads, a process
// group of its own; and what their parent's SIGCHLD handler counts.
#include <sys/wait.h>
#include "workload.h"

enum { HEARD, NEWS, TERMINAL, CHILDREN };

static const int stop_signals[CHILDREN] = { SIGSTOP, SIGSTOP, SIGTSTP };
static pid_t children[CHILDREN];
static volatile struct { long counts[CHILDREN]; long threads; long signals[CHILDREN]; } *shared;
static atomic_int told;

static void on_child(int signal) { (void)signal; told++; }

static int self;
static void on_user_signal(int signal) { (void)signal; shared->signals[self]++; }

static void *count_in_thread(void *unused)
{
    (void)unused;
    for (;; usleep(1000))
        shared->threads++;
    return NULL;
}

static char state_of(pid_t pid)
{
    char path[40], state = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file || fscanf(file, "%*d %*s %c", &state) != 1)
        state = '?';
    if (file)
        fclose(file);
    return state;
}

static bool becomes(pid_t pid, char state)
{
    for (int64_t limit = now() + patience; state_of(pid) != state; nap())
        if (now() > limit)
            return false;
    return true;
}

// Stops the children; the first one's stop is heard of, the others' are news. The second has a signal waiting.
static void stop_all(void)
{
    siginfo_t info;
    for (int i = 0; i < CHILDREN; i++)
        MUST(kill(children[i], stop_signals[i]) == 0);
    for (int i = 0; i < CHILDREN; i++)
        MUST(waitid(P_PID, children[i], &info, WSTOPPED | (i == HEARD ? 0 : WNOWAIT)) == 0);
    MUST(kill(children[NEWS], SIGUSR1) == 0);
    told = 0;
}

static void prepare(void)
{
    MUST(signal(SIGCHLD, on_child) != SIG_ERR);
    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < CHILDREN; i++)
        if (!(children[i] = fork())) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            self = i;
            signal(SIGCHLD, SIG_DFL);
            signal(SIGUSR1, on_user_signal);
            if (i == TERMINAL) {
                setpgid(0, 0);
                start_thread(count_in_thread, NULL);
            }
            for (;; usleep(1000))
                shared->counts[i]++;
        }
    for (int i = 0; i < CHILDREN; i++)
        while (!shared->counts[i] || !shared->threads)
            nap();
    stop_all();
}

static void check(void)
{
    long counts[CHILDREN], threads = shared->threads, signals = shared->signals[NEWS];
    EXPECT(told == 0, "%d times SIGCHLD", told);
    for (int i = 0; i < CHILDREN; i++) {
        siginfo_t info = { 0 };
        counts[i] = shared->counts[i];
        EXPECT(state_of(children[i]) == 'T', "child %d is in state %c", i, state_of(children[i]));
        EXPECT(waitid(P_PID, children[i], &info, WSTOPPED | WNOHANG) == 0 && info.si_pid == (i == HEARD ? 0 : children[i])
            && (i == HEARD || (info.si_code == CLD_STOPPED && info.si_status == stop_signals[i])), "child %d: the wait gives %d %d %d", i, info.si_pid, info.si_code, info.si_status);
        info.si_pid = 0;
        EXPECT(waitid(P_PID, children[i], &info, WSTOPPED | WNOHANG) == 0 && info.si_pid == 0, "child %d: the news comes twice", i);
    }
    rest(20 * MILLISECOND);
    for (int i = 0; i < CHILDREN; i++) {
        EXPECT(shared->counts[i] == counts[i], "child %d is not stopped", i);
        MUST(kill(children[i], SIGCONT) == 0);
        siginfo_t info = { 0 };
        EXPECT(becomes(children[i], 'S') && waitid(P_PID, children[i], &info, WCONTINUED | WNOHANG) == 0 && info.si_code == CLD_CONTINUED, "child %d does not go on", i);
        for (int64_t limit = now() + patience; shared->counts[i] <= counts[i] && now() < limit;)
            nap();
        EXPECT(shared->counts[i] > counts[i], "child %d stands still", i);
    }
    for (int64_t limit = now() + patience; shared->threads <= threads && now() < limit;)
        nap();
    EXPECT(shared->threads > threads, "the thread stands still");
    EXPECT(shared->signals[NEWS] == signals + 1, "%ld signals", shared->signals[NEWS] - signals);
    stop_all();
}

static void spoil(int number)
{
    siginfo_t info;
    if (number == 1)
        MUST(kill(children[HEARD], SIGCONT) == 0 && becomes(children[HEARD], 'S'));
    if (number == 2)
        MUST(waitid(P_PID, children[NEWS], &info, WSTOPPED) == 0);
    if (number == 3)
        raise(SIGCHLD);
}

WORKLOAD(3)
