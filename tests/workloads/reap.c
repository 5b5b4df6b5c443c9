// reap PROGRAM ARGUMENT...: runs a program and reaps every orphan below it at once, then exits with the program's status.
//
// A pid is free for a restore only when the old process has been reaped. Init does that late, or never in some containers.
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    int status;
    if (count < 2) {
        fprintf(stderr, "usage: reap PROGRAM ARGUMENT...\n");
        return 2;
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t child = fork();
    if (child == 0) {
        execvp(arguments[1], arguments + 1);
        perror(arguments[1]);
        _exit(127);
    }
    for (pid_t ended; (ended = wait(&status)) > 0;)
        if (ended == child)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return 1;
}
