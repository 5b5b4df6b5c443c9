namespace CrStream.Abstractions;

/// <summary>
/// The system calls that programs inside a task may use, by the kernel's names. Their numbers differ by processor
/// architecture and stand with it in CrStream.Linux.
/// </summary>
public enum SystemCall
{
#pragma warning disable CS1591 // Each member is the system call of that name; see its man page in section 2.
    read, write, open, close, fstat, poll, lseek, mmap, mprotect, munmap, brk, rt_sigaction, rt_sigprocmask,
    ioctl, pread64, pwrite64, mremap, mincore, madvise, dup, dup2, dup3, pause, nanosleep, getitimer, setitimer,
    getpid, socket, socketpair, fork, vfork, clone, clone3, exit, exit_group, wait4, waitid, kill, fcntl, flock, ftruncate, getcwd,
    chdir, fchdir, umask, getrlimit, setrlimit, prlimit64, ptrace, setuid, setgid, setpgid, setsid, setreuid, setregid,
    setgroups, setresuid, setresgid, setfsuid, setfsgid, capget, capset, rt_sigpending, rt_sigtimedwait, rt_sigqueueinfo,
    rt_tgsigqueueinfo, sigaltstack, personality, getpriority, setpriority, sched_setattr, sched_getattr,
    sched_setaffinity, sched_getaffinity, mlock, munlock, mlockall, mlock2, prctl, arch_prctl, chroot, gettid, futex,
    set_tid_address, get_robust_list, set_robust_list, timer_create, timer_settime, timer_gettime, timer_getoverrun,
    timer_delete, clock_nanosleep, tgkill, ioprio_set, ioprio_get, openat, readlinkat, pselect6, ppoll, unshare,
    signalfd4, eventfd2, epoll_create1, epoll_ctl, pipe2, inotify_init1, fanotify_init, memfd_create, userfaultfd,
    rseq, pidfd_open, pidfd_getfd, pidfd_send_signal, close_range, setns, getsockopt, setsockopt, bind, listen,
    shmat, shmdt, shmget, semop, io_setup, restart_syscall, membarrier, seccomp, mseal, sendto, recvfrom,
    fchown, fchmod, utimensat, mkdirat, mknodat, unlinkat,
    epoll_wait, epoll_pwait, epoll_pwait2, kcmp, clock_gettime, timerfd_create, timerfd_settime, timerfd_gettime,
    inotify_add_watch, inotify_rm_watch, fanotify_mark, open_by_handle_at, name_to_handle_at, io_destroy, io_submit,
    io_getevents,
    shmctl, semget, semctl, msgget, msgsnd, msgrcv, msgctl,
#pragma warning restore CS1591
}
