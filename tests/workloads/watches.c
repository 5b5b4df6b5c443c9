// Instances of inotify and groups of fanotify: what they watch, under which numbers, and that the restore itself is no event.
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include "workload.h"

enum { FOLDER, FILE_NAME, GONE, OPEN, WATCHES };
static int instance, group, watches[WATCHES], deleted, folder;
static char paths[WATCHES][NAME_SIZE];

static void make(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    MUST(file >= 0 && write(file, text, strlen(text)) >= 0 && close(file) == 0);
}

static void mark(unsigned flags, uint64_t mask, const char *path)
{
    MUST(fanotify_mark(group, FAN_MARK_ADD | flags, mask, AT_FDCWD, path) == 0);
}

static void prepare(void)
{
    static const char *names[] = { "watched folder", "watched file", "gone", "open but deleted" };
    // Nobody watches for the opening of the deleted file: a checkpoint opens it to read what stands in it.
    MUST((instance = inotify_init1(IN_NONBLOCK)) >= 0);
    for (int i = 0; i < WATCHES; i++)
        snprintf(paths[i], sizeof paths[i], "%s/%s", directory, names[i]);
    MUST(mkdir(paths[FOLDER], 0755) == 0);
    for (int i = FILE_NAME; i < WATCHES; i++)
        make(paths[i], "x");
    for (int i = 0; i < WATCHES; i++)
        MUST((watches[i] = inotify_add_watch(instance, paths[i], i == FOLDER ? IN_CREATE | IN_DELETE : i == OPEN ? IN_MODIFY : IN_MODIFY | IN_OPEN)) > 0);
    MUST((deleted = open(paths[OPEN], O_RDWR | O_CLOEXEC)) >= 0 && unlink(paths[OPEN]) == 0);
    MUST(inotify_rm_watch(instance, watches[GONE]) == 0);
    char events[4096];
    while (read(instance, events, sizeof events) > 0)
        ;

    MUST((group = fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK | FAN_REPORT_FID, O_RDONLY)) >= 0);
    mark(0, FAN_MODIFY, paths[FILE_NAME]);
    mark(0, FAN_OPEN | FAN_ONDIR, paths[FOLDER]);
    mark(FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY, FAN_OPEN, paths[FILE_NAME]);
    MUST((folder = open(directory, O_RDONLY | O_DIRECTORY)) >= 0);
}

// Reads all events of the instance as "watch:mask:name ".
static void read_events(char *text, size_t size)
{
    char events[4096] __attribute__((aligned(8)));
    size_t used = 0;
    ssize_t length;
    *text = 0;
    while ((length = read(instance, events, sizeof events)) > 0)
        for (char *at = events; at < events + length; at += sizeof(struct inotify_event) + ((struct inotify_event *)at)->len) {
            struct inotify_event *event = (void *)at;
            used += snprintf(text + used, size - used, "%d:%x:%s ", event->wd, event->mask, event->len ? event->name : "");
        }
}

static void expect_events(const char *wanted)
{
    char text[1000];
    read_events(text, sizeof text);
    EXPECT(!strcmp(text, wanted), "the events are \"%s\", not \"%s\"", text, wanted);
}

static void read_group(uint64_t *seen, int *count)
{
    char events[4096] __attribute__((aligned(8)));
    ssize_t length;
    *seen = *count = 0;
    while ((length = read(group, events, sizeof events)) > 0)
        for (struct fanotify_event_metadata *event = (void *)events; FAN_EVENT_OK(event, length); event = FAN_EVENT_NEXT(event, length))
            *seen |= event->mask, ++*count;
}

static void check(void)
{
    char path[NAME_SIZE + 8], wanted[200];
    uint64_t seen;
    int count;
    expect_events("");
    read_group(&seen, &count);
    EXPECT(count == 0, "the group has %d events", count);

    snprintf(path, sizeof path, "%s/new", paths[FOLDER]);
    make(path, "");
    MUST(unlink(path) == 0);
    make(paths[FILE_NAME], "y");
    MUST(write(deleted, "z", 1) == 1);
    snprintf(wanted, sizeof wanted, "%d:%x:new %d:%x:new %d:%x: %d:%x: %d:%x: ", watches[FOLDER], IN_CREATE, watches[FOLDER], IN_DELETE,
        watches[FILE_NAME], IN_OPEN, watches[FILE_NAME], IN_MODIFY, watches[OPEN], IN_MODIFY);
    expect_events(wanted);

    read_group(&seen, &count);
    EXPECT(seen == FAN_MODIFY, "the group tells 0x%llx of the file", (unsigned long long)seen);
    int opened = open(paths[FOLDER], O_RDONLY | O_DIRECTORY);
    read_group(&seen, &count);
    EXPECT(seen == (FAN_OPEN | FAN_ONDIR), "the group tells 0x%llx of the directory", (unsigned long long)seen);
    close(opened);
    EXPECT(inotify_add_watch(instance, paths[FILE_NAME], IN_MODIFY | IN_OPEN) == watches[FILE_NAME], "the file is watched under another number");
    int next = inotify_add_watch(instance, directory, IN_DELETE_SELF);
    EXPECT(next > watches[OPEN] && inotify_rm_watch(instance, next) == 0, "the next watch gets the number %d", next);
    char rest_of_it[1000];
    read_events(rest_of_it, sizeof rest_of_it);
}

static void spoil(int number)
{
    if (number <= 3) {
        static const int kinds[] = { FOLDER, FILE_NAME, OPEN };
        MUST(inotify_rm_watch(instance, watches[kinds[number - 1]]) == 0);
        char text[1000];
        read_events(text, sizeof text);
    } else if (number == 4)
        MUST(fanotify_mark(group, FAN_MARK_FLUSH, 0, AT_FDCWD, NULL) == 0);
    else if (number == 5) {
        MUST(fanotify_mark(group, FAN_MARK_REMOVE | FAN_MARK_IGNORED_MASK, FAN_OPEN, AT_FDCWD, paths[FILE_NAME]) == 0);
        mark(0, FAN_OPEN, paths[FILE_NAME]);
    } else
        make(paths[FILE_NAME], "event");
}

WORKLOAD(6)
