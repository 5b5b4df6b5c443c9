// Credentials, which each thread has for itself: user and group ids, groups, capabilities, securebits, no_new_privs.
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include "workload.h"

enum { SIZE = 1000 };

static struct worker workers[4];
static char before[COUNT(workers) + 1][SIZE];

static void describe(char *text)
{
    static const char *keys[] = { "Uid:", "Gid:", "Groups:", "CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:", "NoNewPrivs:" };
    char *status = read_file("/proc/thread-self/status", NULL), value[300];
    int used = snprintf(text, SIZE, "securebits %x", prctl(PR_GET_SECUREBITS));
    for (int i = 0; i < COUNT(keys); i++) {
        line_of(status, keys[i], value, sizeof value);
        used += snprintf(text + used, SIZE - used, ", %s%s", keys[i], value);
    }
    free(status);
}

// The plain system calls change the calling thread only.
static void set_capabilities(uint64_t effective, uint64_t permitted, uint64_t inheritable)
{
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = { { effective, permitted, inheritable }, { effective >> 32, permitted >> 32, inheritable >> 32 } };
    MUST(syscall(SYS_capset, &header, data) == 0);
}

static void set_up(struct worker *self)
{
    const uint64_t some = 1 << CAP_CHOWN | 1 << CAP_KILL | 1 << CAP_NET_BIND_SERVICE;
    gid_t groups[] = { 5001, 70000, 5003 };
    switch (self->number) {
    case 0: // root with other groups and fewer capabilities
        MUST(syscall(SYS_setgroups, COUNT(groups), groups) == 0);
        MUST(syscall(SYS_setresgid, 1, 2, 3) == 0 && syscall(SYS_setfsgid, 4) == 2);
        set_capabilities(some, some | 1 << CAP_SYS_CHROOT, 1 << CAP_MKNOD);
        break;
    case 1: // another user who kept some capabilities, one of them ambient
        MUST(prctl(PR_SET_KEEPCAPS, 1) == 0);
        MUST(syscall(SYS_setresgid, 1234, 1234, 1234) == 0 && syscall(SYS_setresuid, 1234, 1235, 1236) == 0);
        set_capabilities(some, some, some);
        MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0) == 0);
        break;
    case 2: // locked down
        MUST(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT) == 0 && prctl(PR_CAPBSET_DROP, CAP_SYS_MODULE) == 0);
        MUST(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED) == 0);
        MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
        MUST(syscall(SYS_setgroups, 0, NULL) == 0);
        break;
    case 3: // an ordinary user
        MUST(syscall(SYS_setgroups, 1, groups) == 0);
        MUST(syscall(SYS_setresgid, 1000, 1000, 1000) == 0 && syscall(SYS_setresuid, 1000, 1000, 1000) == 0);
        break;
    }
    describe(before[self->number]);
}

static void verify(struct worker *self)
{
    char after[SIZE];
    describe(after);
    EXPECT(!strcmp(after, before[self->number]), "thread %d has %s, not %s", self->number, after, before[self->number]);
}

static struct worker main_thread = { .number = COUNT(workers) };

static void prepare(void)
{
    for (int i = 0; i < COUNT(workers); i++) {
        start_worker(&workers[i], i);
        ask(&workers[i], set_up);
    }
    describe(before[COUNT(workers)]);
}

static void check(void)
{
    for (int i = 0; i < COUNT(workers); i++)
        ask(&workers[i], verify);
    verify(&main_thread);
}

static void drop_effective(struct worker *self) { (void)self; set_capabilities(0, 1 << CAP_CHOWN | 1 << CAP_KILL, 0); }
static void change_file_user(struct worker *self) { (void)self; syscall(SYS_setfsuid, 1234); }
static void change_groups(struct worker *self) { (void)self; MUST(syscall(SYS_setgroups, 1, &(gid_t) { 1 }) == 0); }
static void set_no_new_privileges(struct worker *self) { (void)self; prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
static void clear_ambient(struct worker *self) { (void)self; prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); }
static void drop_bound(struct worker *self) { (void)self; prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE, 0, 0, 0); }

static void spoil(int number)
{
    switch (number) {
    case 1: ask(&workers[0], drop_effective); break;
    case 2: ask(&workers[1], change_file_user); break;
    case 3: ask(&workers[1], clear_ambient); break;
    case 4: ask(&workers[2], change_groups); break;
    case 5: ask(&workers[3], set_no_new_privileges); break;
    case 6: ask(&workers[2], drop_bound); break;
    }
}

WORKLOAD(6)
