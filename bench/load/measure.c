#define _GNU_SOURCE
#include "measure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct reading {
    int64_t time;
    int64_t server;
    int64_t load;
    int64_t machine; /* all processors, all processes */
};

static bool server_known;
static clockid_t server_clock;
static clockid_t parent_clock;
static struct reading first;
static struct reading last;
static int64_t *waits;
static size_t wait_count;
static size_t wait_limit;
static char problem[200];

static int64_t read_clock(clockid_t clock) {
    struct timespec time;
    return clock_gettime(clock, &time) == 0 ? time.tv_sec * NANOS_PER_SECOND + time.tv_nsec : 0;
}

int64_t now_nanos(void) {
    return read_clock(CLOCK_MONOTONIC);
}

bool measure_prepare(pid_t server, size_t limit) {
    server_known = server != 0;
    wait_limit = limit;
    waits = calloc(limit + 1, sizeof *waits);
    return waits != NULL && clock_getcpuclockid(getppid(), &parent_clock) == 0
            && (!server_known || clock_getcpuclockid(server, &server_clock) == 0);
}

/* What the processors did, or other machines kept them from doing; 0 where the system does not say. */
static int64_t read_machine(void) {
    int64_t user, nice, system, idle, waiting, interrupts, soft_interrupts, stolen;
    FILE *file = fopen("/proc/stat", "r");
    int fields = file == NULL ? 0
            : fscanf(file, "cpu %ld %ld %ld %ld %ld %ld %ld %ld", &user, &nice, &system, &idle,
                    &waiting, &interrupts, &soft_interrupts, &stolen);
    if (file != NULL) {
        fclose(file);
    }
    int64_t ticks = fields < 8 ? 0 : user + nice + system + interrupts + soft_interrupts + stolen;
    return ticks * NANOS_PER_SECOND / sysconf(_SC_CLK_TCK);
}

/* The parent counts as load: it is on the same processor, and takes the webhook's requests. */
static struct reading read_all(void) {
    struct reading reading;
    reading.machine = read_machine();
    reading.load = read_clock(CLOCK_PROCESS_CPUTIME_ID) + read_clock(parent_clock);
    reading.server = server_known ? read_clock(server_clock) : 0;
    reading.time = now_nanos();
    return reading;
}

void measure_start(void) {
    wait_count = 0;
    first = read_all();
}

int64_t measure_started(void) {
    return first.time;
}

void measure_wait(int64_t nanos) {
    if (wait_count < wait_limit) {
        waits[wait_count++] = nanos;
    }
}

void measure_stop(void) {
    last = read_all();
}

void note_problem(const char *format, ...) {
    if (problem[0] == '\0') {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(problem, sizeof problem, format, arguments);
        va_end(arguments);
    }
}

static int by_size(const void *one, const void *other) {
    int64_t a = *(const int64_t *)one;
    int64_t b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

static int64_t wait_at(double share) {
    return wait_count == 0 ? 0 : waits[(size_t)(share * (double)(wait_count - 1))];
}

static void print_seconds(const char *name, int64_t nanos) {
    printf(",\"%s\":%.9f", name, (double)nanos / NANOS_PER_SECOND);
}

static void print_problem(void) {
    printf(",\"problem\":\"");
    for (const char *c = problem; *c != '\0'; c++) {
        putchar(*c == '"' || *c == '\\' || *c < ' ' || *c > '~' ? '?' : *c);
    }
    printf("\"");
}

void print_result(const struct outcome *outcome) {
    qsort(waits, wait_count, sizeof *waits, by_size);
    printf("{\"operations\":%ld,\"refused\":%ld,\"lost\":%ld,\"failed\":%ld,\"left\":%ld",
            outcome->operations, outcome->refused, outcome->lost, outcome->failed, outcome->left);
    int64_t server = last.server - first.server;
    int64_t load = last.load - first.load;
    print_seconds("seconds", last.time - first.time);
    print_seconds("serverSeconds", server);
    print_seconds("loadSeconds", load);
    print_seconds("othersSeconds", last.machine - first.machine - server - load);
    print_seconds("p50", wait_at(0.5));
    print_seconds("p99", wait_at(0.99));
    print_seconds("longest", wait_at(1));
    print_problem();
    printf("}\n");
    fflush(stdout);
}
