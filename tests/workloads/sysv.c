// System V memory, semaphores and messages: attached, removed, attached in part, read-only, unattached; found by key and by id.
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include "workload.h"

enum { SIZE = 3 * PAGE + 100, SEMAPHORES = 5, MESSAGES = 4 };
static int attached, removed, loose, set, queue, in_child[2];
static char *whole, *reading, *part, *gone, *address;
static key_t key;
static pid_t child;
static const long types[MESSAGES] = { 7, 1, 9, 7 };
static const size_t lengths[MESSAGES] = { 10, 0, 5000, 300 };

static struct { long type; char text[5000]; } message;

static void send_messages(void)
{
    for (int i = 0; i < MESSAGES; i++) {
        message.type = types[i];
        memset(message.text, 'a' + i, sizeof message.text);
        MUST(msgsnd(queue, &message, lengths[i], 0) == 0);
    }
}

static void remove_all(void)
{
    shmctl(attached, IPC_RMID, NULL);
    shmctl(loose, IPC_RMID, NULL);
    semctl(set, 0, IPC_RMID);
    msgctl(queue, IPC_RMID, NULL);
}

static void prepare(void)
{
    key = 0x43520000 + 2 * getpid(); // and the one after it
    address = (char *)0x200000000000;
    MUST((attached = shmget(key, SIZE, IPC_CREAT | IPC_EXCL | 0640)) >= 0);
    struct shmid_ds status;
    MUST(shmctl(attached, IPC_STAT, &status) == 0);
    status.shm_perm.uid = 11;
    status.shm_perm.gid = 12;
    MUST(shmctl(attached, IPC_SET, &status) == 0);
    MUST((whole = shmat(attached, address, 0)) == address && (reading = shmat(attached, NULL, SHM_RDONLY)) != (void *)-1);
    MUST((part = shmat(attached, NULL, 0)) != (void *)-1 && munmap(part, PAGE) == 0 && munmap(part + 2 * PAGE, PAGE) == 0);
    fill(whole, SIZE, 1);
    MUST((removed = shmget(IPC_PRIVATE, GIB, 0600)) >= 0 && (gone = shmat(removed, NULL, 0)) != (void *)-1 && shmctl(removed, IPC_RMID, NULL) == 0);
    strcpy(gone + GIB / 2, "removed");
    MUST((loose = shmget(key + 1, 2 * PAGE, IPC_CREAT | IPC_EXCL | 0604)) >= 0);
    char *memory = shmat(loose, NULL, 0);
    MUST(memory != (void *)-1);
    fill(memory, 2 * PAGE, 2);
    MUST(shmdt(memory) == 0);

    MUST((set = semget(key, SEMAPHORES, IPC_CREAT | IPC_EXCL | 0660)) >= 0);
    MUST(semctl(set, 0, SETALL, (unsigned short[]) { 1, 0, 32767, 4, 5 }) == 0);
    MUST(semop(set, (struct sembuf[]) { { 3, -1, 0 } }, 1) == 0);
    MUST((queue = msgget(key, IPC_CREAT | IPC_EXCL | 0620)) >= 0);
    send_messages();

    MUST(pipe(in_child) == 0 && (child = fork()) >= 0);
    if (!child) { // takes the second semaphore, which the parent gives
        close(in_child[1]);
        while (semop(set, (struct sembuf[]) { { 1, -1, 0 } }, 1) == 0 || errno == EINTR)
            whole[SIZE - 1]++;
        _exit(0);
    }
}

static void check_memory(void)
{
    struct shmid_ds status;
    expect_filled(whole, SIZE - 8, 1, "the segment");
    expect_filled(reading, SIZE - 8, 1, "the segment for reading");
    expect_filled(part + PAGE, PAGE, 1 + PAGE / 8, "the part");
    EXPECT(shmget(key, SIZE, 0) == attached && shmget(key + 1, 1, 0) == loose, "the keys lead to %d and %d", shmget(key, SIZE, 0), shmget(key + 1, 1, 0));
    EXPECT(shmctl(attached, IPC_STAT, &status) == 0 && status.shm_segsz == SIZE && (status.shm_perm.mode & 0777) == 0640 && status.shm_perm.uid == 11 && status.shm_perm.gid == 12, "%zu bytes, mode %o, owner %d:%d", status.shm_segsz, status.shm_perm.mode, status.shm_perm.uid, status.shm_perm.gid);
    EXPECT(status.shm_nattch == 8, "attached %lu times", (unsigned long)status.shm_nattch); // four here, four in the child
    part[PAGE]++;
    EXPECT(whole[PAGE] == part[PAGE] && reading[PAGE] == part[PAGE], "the attachments lead to different memory");
    part[PAGE]--;
    EXPECT(shmctl(removed, IPC_STAT, &status) == 0 && status.shm_perm.mode & SHM_DEST && status.shm_nattch == 2 && !strcmp(gone + GIB / 2, "removed"), "the removed one: mode %o, attached %lu times", status.shm_perm.mode, (unsigned long)status.shm_nattch);
    char flags[200];
    smaps_line(reading, "VmFlags:", flags, sizeof flags);
    EXPECT(!strstr(flags, " mw"), "the attachment for reading can become writable");
    char *memory = shmat(loose, NULL, 0);
    MUST(memory != (void *)-1);
    expect_filled(memory, 2 * PAGE, 2, "the segment that nobody has attached");
    EXPECT(shmctl(loose, IPC_STAT, &status) == 0 && status.shm_nattch == 1 && (status.shm_perm.mode & 0777) == 0604, "it is attached %lu times, mode %o", (unsigned long)status.shm_nattch, status.shm_perm.mode);
    EXPECT(shmdt(memory) == 0, "it cannot be detached");
    EXPECT(shmdt(reading) == 0 && (reading = shmat(attached, reading, SHM_RDONLY)) != (void *)-1, "the one for reading cannot be detached");
}

static void check_rest(void)
{
    unsigned short values[SEMAPHORES];
    struct semid_ds of_set;
    struct msqid_ds of_queue;
    EXPECT(semget(key, SEMAPHORES, 0) == set && semctl(set, 0, GETALL, values) == 0, "the set is %d", semget(key, SEMAPHORES, 0));
    EXPECT(values[0] == 1 && values[1] == 0 && values[2] == 32767 && values[3] == 3 && values[4] == 5, "values %d %d %d %d %d", values[0], values[1], values[2], values[3], values[4]);
    EXPECT(semctl(set, 0, IPC_STAT, &of_set) == 0 && (of_set.sem_perm.mode & 0777) == 0660 && of_set.sem_otime != 0, "mode %o, used at %ld", of_set.sem_perm.mode, of_set.sem_otime);
    char before = whole[SIZE - 1];
    MUST(semop(set, (struct sembuf[]) { { 1, 1, 0 } }, 1) == 0);
    for (int64_t limit = now() + patience; *(volatile char *)&whole[SIZE - 1] == before && now() < limit; nap())
        ;
    EXPECT(whole[SIZE - 1] == before + 1, "the child does not wait for the semaphore");

    EXPECT(msgget(key, 0) == queue && msgctl(queue, IPC_STAT, &of_queue) == 0 && of_queue.msg_qnum == MESSAGES && (of_queue.msg_perm.mode & 0777) == 0620, "the queue is %d, %lu messages, mode %o", msgget(key, 0), of_queue.msg_qnum, of_queue.msg_perm.mode);
    for (int i = 0; i < MESSAGES; i++) {
        ssize_t length = msgrcv(queue, &message, sizeof message.text, 0, IPC_NOWAIT);
        EXPECT(length == (ssize_t)lengths[i] && message.type == types[i], "message %d has type %ld and %zd bytes", i, message.type, length);
        for (ssize_t j = 0; j < length; j++)
            EXPECT(message.text[j] == 'a' + i, "message %d is wrong at byte %zd", i, j);
    }
    EXPECT(msgrcv(queue, &message, sizeof message.text, 0, IPC_NOWAIT) < 0 && errno == ENOMSG, "there is one message more");
    send_messages();
}

static void check(void)
{
    check_memory();
    check_rest();
    if (asked_for("check"))
        remove_all();
}

static void spoil(int number)
{
    switch (number) {
    case 1: MUST(shmdt(whole) == 0 && mmap(whole, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == whole); break;
    case 2: MUST(shmctl(loose, IPC_RMID, NULL) == 0 && (loose = shmget(key + 1, 2 * PAGE, IPC_CREAT | 0604)) >= 0); break;
    case 3: MUST(semctl(set, 2, SETVAL, 0) == 0); break;
    case 4: MUST(msgrcv(queue, &message, sizeof message.text, 9, IPC_NOWAIT) == 5000); break;
    case 5: MUST(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child); break;
    case 6: MUST(shmdt(gone) == 0 && (gone = mmap(NULL, GIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) != MAP_FAILED && strcpy(gone + GIB / 2, "removed")); break;
    case 7: MUST(shmctl(attached, IPC_RMID, NULL) == 0); break;
    }
}

WORKLOAD(7)
