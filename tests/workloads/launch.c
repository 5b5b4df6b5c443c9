// launch [--inherit | --init] DIRECTORY PROGRAM ARGUMENT...: starts a program the way a daemon starts, and prints its pid.
//
// It gets a session of its own, DIRECTORY as working directory, /dev/null as input, DIRECTORY/stdout and DIRECTORY/stderr as output,
// and no other descriptor, so nothing leads out of it. A second fork hands it to init, which reaps it.
// With --inherit it keeps the standard streams of this program, so they do lead out. With --init it is the init of a pid namespace of its own.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
    fprintf(stderr, "launch: %s: %s\n", what, strerror(errno));
    _exit(1);
}

static void redirect(int descriptor, const char *path, int flags)
{
    int file = open(path, flags, 0644);
    if (file < 0)
        die(path);
    if (file != descriptor) {
        dup2(file, descriptor);
        close(file);
    }
}

// The signals as a program expects them, whatever the starter did to its own.
static void reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int main(int count, char **arguments)
{
    int failure[2], status = 0, inherit = count > 1 && !strcmp(arguments[1], "--inherit"), init = count > 1 && !strcmp(arguments[1], "--init");
    arguments += inherit + init;
    if (count - inherit - init < 3) {
        fprintf(stderr, "usage: launch [--inherit | --init] DIRECTORY PROGRAM ARGUMENT...\n");
        return 2;
    }
    if (chdir(arguments[1]))
        die(arguments[1]);
    if (pipe2(failure, O_CLOEXEC))
        die("pipe2");
    pid_t first = fork();
    if (first == 0) {
        setsid();
        if (init && unshare(CLONE_NEWPID))
            die("unshare");
        pid_t second = fork();
        if (second) {
            printf("%d\n", second);
            fflush(stdout);
            _exit(second < 0);
        }
        setsid();
        reset_signals();
        if (!inherit) {
            redirect(0, "/dev/null", O_RDONLY);
            redirect(1, "stdout", O_WRONLY | O_CREAT | O_APPEND);
        }
        redirect(2, "stderr", O_WRONLY | O_CREAT | O_APPEND);
        if (failure[1] != 3)
            dup3(failure[1], 3, O_CLOEXEC);
        close_range(4, ~0U, 0);
        execvp(arguments[2], arguments + 2);
        status = errno;
        if (write(3, &status, sizeof status) < 0)
            _exit(126);
        _exit(127);
    }
    close(failure[1]);
    waitpid(first, NULL, 0);
    if (read(failure[0], &status, sizeof status) > 0) {
        errno = status;
        die(arguments[2]);
    }
    return 0;
}
