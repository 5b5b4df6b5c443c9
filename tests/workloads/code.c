// Code that the program wrote itself, in memory and in a file that it mapped, with a thread always inside.
#include "workload.h"

typedef uint64_t function(uint64_t);

static uint8_t *written, *from_file;
static atomic_llong calls;

// mov $seed, %rax; add %rdi, %rax; mov $200000, %ecx; 1: dec %ecx; jnz 1b; ret
static size_t write_code(uint8_t *code, uint64_t seed)
{
    static const uint8_t rest_of_it[] = { 0x48, 0x01, 0xf8, 0xb9, 0x40, 0x0d, 0x03, 0x00, 0xff, 0xc9, 0x75, 0xfc, 0xc3 };
    code[0] = 0x48;
    code[1] = 0xb8;
    memcpy(code + 2, &seed, 8);
    memcpy(code + 10, rest_of_it, sizeof rest_of_it);
    return 10 + sizeof rest_of_it;
}

static void *call_again_and_again(void *argument)
{
    for (uint64_t i = 0;; i++, calls++) {
        uint64_t got = ((function *)(written + PAGE))(i);
        EXPECT(got == mixed(1) + i, "a call of written code returned %lx", got);
        calls += argument != NULL;
    }
    return NULL;
}

static void prepare(void)
{
    char name[NAME_SIZE];
    uint8_t page[PAGE] = { 0 };
    snprintf(name, sizeof name, "%s/code", directory);
    int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0700);
    write_code(page, mixed(2));
    MUST(file >= 0 && write(file, page, PAGE) == PAGE);
    from_file = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
    close(file);
    written = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(from_file != MAP_FAILED && written != MAP_FAILED);
    write_code(written, mixed(3));
    write_code(written + PAGE, mixed(1));
    MUST(mprotect(written, 2 * PAGE, PROT_READ | PROT_EXEC) == 0);
    start_thread(call_again_and_again, NULL);
}

static void check(void)
{
    moves_past(&calls, calls + 3, "written code");
    EXPECT(((function *)written)(5) == mixed(3) + 5, "code written to memory");
    EXPECT(((function *)from_file)(5) == mixed(2) + 5, "code mapped from a file");
    MUST(mprotect(written, PAGE, PROT_READ | PROT_WRITE) == 0);
    write_code(written, mixed(3));
    MUST(mprotect(written, PAGE, PROT_READ | PROT_EXEC) == 0);
}

static void spoil(int number)
{
    MUST(mprotect(written, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
    write_code(written + (number == 1 ? PAGE : 0), mixed(4));
}

WORKLOAD(2)
