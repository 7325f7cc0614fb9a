/*
 * The load of the bench: workers over WebSocket or TCP on one thread and one epoll, so light that the
 * server under test is what limits a rate. Every answer is checked, every wait has a bound.
 *
 *     load WORKLOAD port=N [server=PID] [count=N] [at-once=N] [workers=N] [each=N] [rate=N]
 *         [limit=SECONDS] [tcp=1] [centrifugo=1] [labels=1]
 *
 * WORKER_TOKENS in the environment is a file of tokens for Connect, one in a line.
 *
 * Prints one line of JSON; `stay` prints it once all workers are registered, holds them until its
 * standard input ends, and prints another.
 */
#define _GNU_SOURCE
#include "load.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define STALL_NANOS (20 * NANOS_PER_SECOND)
#define TICK_NANOS (NANOS_PER_SECOND / 2)
#define EVENTS 64
/* Workers of a load with a pace that are open at once. */
#define MOST_OPEN 4096

struct options options = {
        .count = 1, .at_once = 48, .workers = 48, .each = 1, .rate = 100, .limit = 120};
const struct workload *workload;
struct worker *workers;
long slots;
int epoll;
int64_t now;
struct outcome outcome;
long begun;
struct outgoing request;

static bool finished;
static int64_t last_progress;

void finish(void) {
    measure_stop();
    finished = true;
}

void progress(void) {
    last_progress = now;
}

void hold(void) {
    measure_stop();
    print_result(&outcome);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0) {
        perror("standard input");
        exit(2);
    }
}

/* The next place for a worker; NULL while all that there are have one. */
static struct worker *next_place(void) {
    static long next;
    for (long i = 0; i < slots; i++) {
        struct worker *worker = &workers[next++ % slots];
        if (worker->state == GONE && !worker->pausing) {
            return worker;
        }
    }
    return NULL;
}

/* Arrivals keep their pace whatever becomes of those before; waits count from when they were due. */
static int64_t next_arrival(void) {
    return measure_started() + begun * NANOS_PER_SECOND / options.rate;
}

static void begin_arrivals(void) {
    while (begun < options.count && next_arrival() <= now) {
        int64_t due = next_arrival();
        struct worker *worker = next_place();
        if (worker == NULL) {
            return;
        }
        begin(worker);
        worker->began = due;
        handle_failures();
    }
}

static int64_t earliest(int64_t one, int64_t other) {
    return one < other ? one : other;
}

static int await_events(struct epoll_event *events) {
    int64_t next = now + TICK_NANOS;
    next = earliest(next, next_due());
    if (workload->paced && begun < options.count && next_arrival() > now) {
        next = earliest(next, next_arrival());
    }
    if (next == now + TICK_NANOS) {
        return epoll_wait(epoll, events, EVENTS, TICK_NANOS / 1000000);
    }
    /* epoll_wait knows milliseconds only. */
    int64_t nanos = next > now ? next - now : 0;
    struct timespec timeout = {.tv_sec = nanos / NANOS_PER_SECOND, .tv_nsec = nanos % NANOS_PER_SECOND};
    struct pollfd ready = {.fd = epoll, .events = POLLIN};
    ppoll(&ready, 1, &timeout, NULL);
    return epoll_wait(epoll, events, EVENTS, 0);
}

static void handle(const struct epoll_event *event) {
    struct worker *worker = event->data.ptr;
    now = now_nanos();
    if (worker == NULL) {
        finished = true; /* our standard input has ended */
    } else if (worker->state == AWAITED) {
        open_connection(worker);
    } else if (worker->state != GONE) {
        receive(worker, (event->events & EPOLLRDHUP) != 0);
    }
}

static void run(void) {
    struct epoll_event events[EVENTS];
    int64_t deadline = now + options.limit * NANOS_PER_SECOND;
    progress();
    while (!finished) {
        now = now_nanos();
        bool held = workload->held && is_fleet_complete();
        bool stalled = !held && now - last_progress > STALL_NANOS;
        if (stalled || now > deadline) {
            note_problem("%s: %ld begun, %ld ended", stalled ? "no progress" : "not done in time",
                    begun, operations_ended());
            outcome.failed++;
            finish();
            return;
        }
        if (workload->paced) {
            begin_arrivals();
        }
        go_on();
        handle_failures();
        int count = await_events(events);
        for (int i = 0; i < count && !finished; i++) {
            handle(&events[i]);
            handle_failures();
        }
    }
}

static void start(void) {
    measure_start();
    now = measure_started();
    long first = workload->paced ? 0 : options.at_once < slots ? options.at_once : slots;
    for (long i = 0; i < first && !finished; i++) {
        begin(&workers[i]);
    }
}

static void prepare(void) {
    over_tcp = options.tcp == 1;
    to_centrifugo = options.centrifugo == 1;
    with_labels = options.labels == 1;
    connection_prepare();
    if (is("ping") || is("publish")) {
        struct outgoing ping = ping_message();
        if (is("publish")) {
            /* Nothing answers a publication that is consumed, but a ping behind it waits its turn. */
            request = publish_message("note", 0);
        }
        append(&request, &ping);
    } else if (is("push") || is("drop")) {
        request = publish_message(is("push") ? "push" : "ends", (uint32_t)options.each);
    }
    if (is("push")) {
        options.count = options.workers * options.each;
    }
    slots = options.workers;
    if (is("enter")) {
        slots = options.at_once < options.count ? options.at_once : options.count;
    } else if (workload->paced) {
        slots = options.count < MOST_OPEN ? options.count : MOST_OPEN;
    }
    workers = calloc((size_t)slots, sizeof *workers);
    long waits = options.count > options.workers ? options.count : options.workers;
    if (workers == NULL || !measure_prepare((pid_t)options.server, (size_t)waits)) {
        perror("prepare");
        exit(2);
    }
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    epoll = epoll_create1(0);
}

static bool read_option(const char *argument) {
    const struct {
        const char *name;
        long *value;
    } known[] = {
            {"port=", &options.port}, {"server=", &options.server}, {"count=", &options.count},
            {"at-once=", &options.at_once}, {"workers=", &options.workers}, {"each=", &options.each},
            {"rate=", &options.rate}, {"limit=", &options.limit}, {"tcp=", &options.tcp},
            {"centrifugo=", &options.centrifugo}, {"labels=", &options.labels}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].name);
        if (strncmp(argument, known[i].name, length) == 0) {
            char *end;
            *known[i].value = strtol(argument + length, &end, 10);
            return end != argument + length && *end == '\0' && *known[i].value > 0;
        }
    }
    return false;
}

static bool read_arguments(int count, char **arguments) {
    workload = count > 1 ? find_workload(arguments[1]) : NULL;
    bool valid = workload != NULL;
    for (int i = 2; i < count; i++) {
        valid = read_option(arguments[i]) && valid;
    }
    return valid && options.port > 0 && options.port < 65536;
}

int main(int count, char **arguments) {
    if (!read_arguments(count, arguments)) {
        fprintf(stderr, "usage: load WORKLOAD port=N [server=PID] [count=N] [at-once=N] [workers=N]"
                " [each=N] [rate=N] [limit=SECONDS] [tcp=1] [centrifugo=1] [labels=1]\n");
        return 2;
    }
    prepare();
    start();
    run();
    print_result(&outcome);
    return outcome.failed == 0 ? 0 : 1;
}
