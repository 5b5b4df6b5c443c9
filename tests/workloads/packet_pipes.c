// A pipe in packet mode (O_DIRECT) keeps the borders between its packets.
#include "workload.h"

static const int lengths[] = { 1, 100, 4096, 7, 3000, 1, 2 };
static int ends[2];

static void put(void)
{
    char packet[4096];
    for (int i = 0; i < COUNT(lengths); i++) {
        memset(packet, 'a' + i, lengths[i]);
        MUST(write(ends[1], packet, lengths[i]) == lengths[i]);
    }
}

static void prepare(void)
{
    MUST(pipe2(ends, O_DIRECT | O_NONBLOCK) == 0);
    put();
}

static void check(void)
{
    char packet[8192];
    EXPECT(fcntl(ends[1], F_GETFL) == (O_WRONLY | O_DIRECT | O_NONBLOCK), "flags are %o", fcntl(ends[1], F_GETFL));
    for (int i = 0; i < COUNT(lengths); i++) {
        int got = read(ends[0], packet, sizeof packet);
        EXPECT(got == lengths[i] && packet[0] == 'a' + i && packet[got - 1] == 'a' + i, "packet %d has %d bytes, not %d", i, got, lengths[i]);
    }
    put();
}

static void spoil(int number)
{
    char packet[8192];
    if (number == 1)
        MUST(fcntl(ends[1], F_SETFL, 0) == 0);
    else
        MUST(read(ends[0], packet, 1) == 1);
}

WORKLOAD(2)
