/*
 * The load of the bench: workers over WebSocket on one thread and one epoll, so light that the
 * server under test is what limits a rate. Every answer is checked, every wait has a bound.
 *
 *     load WORKLOAD port=N [server=PID] [count=N] [at-once=N] [workers=N] [each=N] [rate=N] [limit=SECONDS]
 *
 * Prints one line of JSON; `stay` prints it once all workers are registered, holds them until its
 * standard input ends, and prints another.
 */
#define _GNU_SOURCE
#include "measure.h"
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define STALL_NANOS (20 * NANOS_PER_SECOND)
#define RETRY_NANOS (1 * NANOS_PER_SECOND)
#define STAY_NANOS (5 * NANOS_PER_SECOND)
#define POLL_NANOS (NANOS_PER_SECOND / 100)
#define TICK_NANOS (NANOS_PER_SECOND / 2)
#define EVENTS 64
#define READABLE (EPOLLIN | EPOLLRDHUP)
#define CLOSE_NORMAL 1000
/* Each address has some 28,000 ports, which many connections would use up. */
#define ADDRESSES 200

enum state { GONE, CONNECTING, AWAITED, UPGRADING, GREETING, REGISTERING, REGISTERED, CLOSING, LEFT };

struct worker {
    int socket;
    unsigned number;
    enum state state;
    bool told_goodbye;    /* the server has answered our close */
    bool entered;         /* the registration was accepted */
    bool pausing;
    long pushes_left;     /* that it still waits for */
    int64_t began;        /* when what is being waited for began */
    int64_t due;          /* when it is to go on, while it pauses */
    struct worker *after; /* the next of those that pause */
    struct worker *next_failed;
    size_t received;
    uint8_t input[MESSAGE_SIZE];
};

/* What the workers of one workload do; a callback left out means that nothing happens then. */
struct workload {
    const char *name;
    bool paced;                           /* connections begin at a rate, not one after another */
    bool held;                            /* a complete fleet stays until our input ends */
    int64_t pause;                        /* how long a worker pauses before `go_on` */
    void (*entered)(struct worker *);     /* the registration was accepted */
    void (*refused)(struct worker *);     /* it was rejected; left out: that is a failure */
    void (*answered)(struct worker *, const struct frame *); /* a frame came after that */
    void (*left)(struct worker *);        /* the connection ended as we asked */
    void (*failed)(struct worker *);      /* it ended otherwise, and is closed */
    void (*go_on)(struct worker *);       /* the pause is over */
    void (*fleet_complete)(void);         /* all workers of a fleet are registered */
};

static struct {
    long port;
    long server;
    long count;
    long at_once;
    long workers;
    long each;
    long rate;
    long limit;
} options = {.count = 1, .at_once = 48, .workers = 48, .each = 1, .rate = 100, .limit = 120};

static const struct workload *workload;
static struct worker *workers;
static long slots;
static int epoll;
static bool finished;
static int64_t last_progress;
static struct outcome outcome;

/* Of connections, and of operations once a fleet is complete. */
static long begun;
static long ended;
static long registered;
static long gone;

static struct worker *first_pausing;
static struct worker *last_pausing;
static struct worker *failed_workers;

static struct outgoing greeting;
static struct outgoing goodbye;
static struct outgoing request; /* what a worker of a fleet sends; registrations differ by worker */

static void finish(void) {
    measure_stop();
    finished = true;
}

static void progress(void) {
    last_progress = now_nanos();
}

/* --- One connection --- */

static void close_socket(struct worker *worker) {
    if (worker->state != GONE) {
        close(worker->socket);
    }
    worker->state = GONE;
}

/* The workload hears of it once nobody handles the worker any more. */
static void fail(struct worker *worker, const char *what) {
    note_problem("worker %u: %s", worker->number, what);
    close_socket(worker);
    worker->next_failed = failed_workers;
    failed_workers = worker;
}

static void handle_failures(void) {
    while (failed_workers != NULL) {
        struct worker *worker = failed_workers;
        failed_workers = worker->next_failed;
        workload->failed(worker);
    }
}

static bool send_bytes(struct worker *worker, const void *bytes, size_t length) {
    if (send(worker->socket, bytes, length, MSG_NOSIGNAL) == (ssize_t)length) {
        return true;
    }
    fail(worker, "could not send");
    return false;
}

static bool send_message(struct worker *worker, const struct outgoing *message) {
    return send_bytes(worker, message->bytes, message->length);
}

static bool send_registration(struct worker *worker) {
    struct outgoing registration = register_message(worker->number);
    return send_message(worker, &registration);
}

static void watch(struct worker *worker, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = worker};
    if (epoll_ctl(epoll, operation, worker->socket, &event) != 0) {
        perror("epoll_ctl");
        exit(2);
    }
}

/* On this machine a connection is mostly there at once, so the request is tried without waiting. */
static void upgrade(struct worker *worker) {
    size_t length = strlen(UPGRADE);
    bool sent = send(worker->socket, UPGRADE, length, MSG_NOSIGNAL) == (ssize_t)length;
    if (sent && worker->state == AWAITED) {
        watch(worker, EPOLL_CTL_MOD, READABLE);
    }
    if (sent) {
        worker->state = UPGRADING;
    } else if (errno == EAGAIN && worker->state == CONNECTING) {
        worker->state = AWAITED;
        watch(worker, EPOLL_CTL_MOD, EPOLLOUT);
    } else {
        fail(worker, strerror(errno));
    }
}

static struct sockaddr_in loopback(uint32_t host, long port) {
    return (struct sockaddr_in){
            .sin_family = AF_INET,
            .sin_port = htons((uint16_t)port),
            .sin_addr.s_addr = htonl((127U << 24) + host)};
}

static bool open_socket(struct worker *worker) {
    static uint32_t sockets;
    worker->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (worker->socket < 0) {
        perror("socket");
        exit(2);
    }
    int on = 1;
    setsockopt(worker->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(worker->socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    /* Closing resets, so that ended connections leave nothing behind that takes up a port. */
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    setsockopt(worker->socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    struct sockaddr_in from = loopback(2 + sockets++ % ADDRESSES, 0);
    watch(worker, EPOLL_CTL_ADD, READABLE);
    return bind(worker->socket, (struct sockaddr *)&from, sizeof from) == 0;
}

/* A socket may connect again, from another port, which costs less than a new one. */
static bool detach_socket(struct worker *worker) {
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    return connect(worker->socket, &nowhere, sizeof nowhere) == 0;
}

static void connect_worker(struct worker *worker) {
    bool ready = worker->state == LEFT ? detach_socket(worker) : open_socket(worker);
    worker->state = CONNECTING;
    worker->told_goodbye = false;
    worker->entered = false;
    worker->received = 0;
    struct sockaddr_in to = loopback(1, options.port);
    if (ready && (connect(worker->socket, (struct sockaddr *)&to, sizeof to) == 0
                    || errno == EINPROGRESS)) {
        upgrade(worker);
    } else {
        fail(worker, strerror(errno));
    }
}

static void say_goodbye(struct worker *worker) {
    worker->state = CLOSING;
    send_message(worker, &goodbye);
}

/* The three that follow handle what came, and say whether the worker still reads on. */

static bool handle_frame(struct worker *worker, const struct frame *frame) {
    if (worker->state == REGISTERED) {
        workload->answered(worker, frame);
    } else if (worker->state == GREETING && frame->type == CONNECT_ACK) {
        worker->state = REGISTERING;
        send_registration(worker);
    } else if (worker->state == REGISTERING && frame->type == WORKER_REGISTER_ACK) {
        if (is_accepted(frame)) {
            worker->state = REGISTERED;
            worker->entered = true;
            progress();
            workload->entered(worker);
        } else if (workload->refused != NULL) {
            workload->refused(worker);
        } else {
            fail(worker, "its registration was rejected");
        }
    } else if (worker->state != CLOSING) {
        fail(worker, "a frame came that must not");
    }
    return worker->state != GONE;
}

static bool handle_message(struct worker *worker, const struct message *message) {
    struct frame frame;
    if (message->opcode == OPCODE_BINARY && parse_frame(message, &frame)) {
        return handle_frame(worker, &frame);
    }
    if (message->opcode == OPCODE_PING && message->length <= 125) {
        struct outgoing pong = masked(OPCODE_PONG, message->content, message->length);
        return send_message(worker, &pong);
    }
    if (message->opcode == OPCODE_CLOSE && message->length >= 2) {
        int code = message->content[0] << 8 | message->content[1];
        worker->told_goodbye = worker->state == CLOSING && code == CLOSE_NORMAL;
        if (!worker->told_goodbye) {
            note_problem("worker %u: closed with %d", worker->number, code);
            fail(worker, "closed");
        }
        return worker->told_goodbye;
    }
    fail(worker, "a message came that must not");
    return false;
}

/* Returns how many bytes were taken; 0 if more are needed, or the worker has failed. */
static size_t handle_next(struct worker *worker, const uint8_t *bytes, size_t length) {
    struct message message;
    size_t size = 0;
    enum parsed parsed;
    if (worker->state == UPGRADING) {
        parsed = parse_upgrade(bytes, length, &size);
        if (parsed == COMPLETE) {
            worker->state = GREETING;
            return send_message(worker, &greeting) ? size : 0;
        }
    } else {
        parsed = parse_message(bytes, length, &message);
        if (parsed == COMPLETE) {
            return handle_message(worker, &message) ? message.size : 0;
        }
    }
    if (parsed == MALFORMED) {
        fail(worker, worker->state == UPGRADING ? "not upgraded" : "a malformed message came");
    }
    return 0;
}

static void leave(struct worker *worker) {
    worker->state = LEFT;
    progress();
    workload->left(worker);
}

static void receive(struct worker *worker, bool has_ended) {
    ssize_t count = recv(worker->socket, worker->input + worker->received,
            sizeof worker->input - worker->received, 0);
    if (count < 0 && errno == EAGAIN) {
        return;
    }
    if (count <= 0) {
        if (count == 0 && worker->told_goodbye) {
            leave(worker);
        } else {
            fail(worker, count == 0 ? "the connection ended" : strerror(errno));
        }
        return;
    }
    worker->received += (size_t)count;
    size_t taken = 0;
    for (size_t size = 1; size > 0; taken += size) {
        size = handle_next(worker, worker->input + taken, worker->received - taken);
    }
    if (worker->state == GONE) {
        return;
    }
    if (worker->told_goodbye && has_ended) {
        leave(worker);
        return;
    }
    worker->received -= taken;
    memmove(worker->input, worker->input + taken, worker->received);
    if (worker->received == sizeof worker->input) {
        fail(worker, "more came than any answer has");
    }
}

/* --- Pauses: all of a workload are equally long, so the first to pause is the first to go on --- */

static void pause_worker(struct worker *worker) {
    if (worker->pausing) {
        return;
    }
    worker->pausing = true;
    worker->due = now_nanos() + workload->pause;
    worker->after = NULL;
    if (first_pausing == NULL) {
        first_pausing = worker;
    } else {
        last_pausing->after = worker;
    }
    last_pausing = worker;
}

static void go_on(int64_t now) {
    while (first_pausing != NULL && first_pausing->due <= now) {
        struct worker *worker = first_pausing;
        first_pausing = worker->after;
        worker->pausing = false;
        workload->go_on(worker);
    }
}

/* --- Connections that begin --- */

static void begin(struct worker *worker) {
    worker->number = (unsigned)begun++;
    worker->began = now_nanos();
    connect_worker(worker);
}

/* Arrivals keep their pace whatever becomes of those before them; their waits count from when they were due. */
static int64_t next_arrival(void) {
    return measure_started() + begun * NANOS_PER_SECOND / options.rate;
}

static void begin_arrivals(int64_t now) {
    while (begun < options.count && next_arrival() <= now) {
        int64_t due = next_arrival();
        struct worker *worker = &workers[begun];
        begin(worker);
        worker->began = due;
    }
}

/* --- enter: connect, register, close, so many at a time --- */

static void enter_entered(struct worker *worker) {
    measure_wait(now_nanos() - worker->began);
    say_goodbye(worker);
}

static void enter_ended(struct worker *worker) {
    if (begun < options.count) {
        begin(worker);
    } else {
        close_socket(worker);
        if (++gone == slots) {
            finish();
        }
    }
}

static void enter_left(struct worker *worker) {
    outcome.operations++;
    enter_ended(worker);
}

static void enter_failed(struct worker *worker) {
    outcome.failed++;
    enter_ended(worker);
}

/* --- A fleet: workers that register and stay --- */

static void fleet_entered(struct worker *worker) {
    measure_wait(now_nanos() - worker->began);
    if (++registered == options.workers) {
        workload->fleet_complete();
    } else if (begun < options.workers) {
        begin(&workers[begun]);
    }
}

static bool is_fleet_complete(void) {
    return registered == options.workers;
}

static void operation_failed(long operations) {
    outcome.failed += operations;
    ended += operations;
    gone++;
    if (!is_fleet_complete() || ended >= options.count || gone == options.workers) {
        finish();
    }
}

static void operation_ended(const struct worker *worker) {
    measure_wait(now_nanos() - worker->began);
    progress();
    outcome.operations++;
    if (++ended == options.count) {
        finish();
    }
}

/* --- register, ping, publish: each worker sends its next request when the last is answered --- */

static void send_request(struct worker *worker) {
    if (begun < options.count) {
        begun++;
        worker->began = now_nanos();
        if (request.length > 0) {
            send_message(worker, &request);
        } else {
            send_registration(worker);
        }
    }
}

static void start_trips(void) {
    begun = 0;
    measure_start();
    for (long i = 0; i < options.workers; i++) {
        send_request(&workers[i]);
    }
}

static void trip_answered(struct worker *worker, const struct frame *frame) {
    bool expected = request.length > 0 ? frame->type == PONG && frame->length == 0
                                       : frame->type == WORKER_REGISTER_ACK && is_accepted(frame);
    if (!expected) {
        fail(worker, "a wrong answer came");
        return;
    }
    operation_ended(worker);
    send_request(worker);
}

static void trip_failed(struct worker *worker) {
    (void)worker;
    operation_failed(1);
}

/* --- push: the server pushes to each worker, its next when the last is replied to --- */

static void start_pushes(void) {
    measure_start();
    for (long i = 0; i < options.workers; i++) {
        workers[i].pushes_left = options.each;
        workers[i].began = now_nanos();
        send_message(&workers[i], &request);
    }
}

static void push_answered(struct worker *worker, const struct frame *frame) {
    uint64_t correlation;
    const uint8_t *content;
    if (frame->type != PUSH || !parse_push(frame, &correlation, &content)
            || !is_usual_content(content) || worker->pushes_left == 0) {
        fail(worker, "a wrong push came");
        return;
    }
    struct outgoing reply = push_reply_message(correlation);
    worker->pushes_left--;
    operation_ended(worker);
    worker->began = now_nanos();
    send_message(worker, &reply);
}

static void push_failed(struct worker *worker) {
    operation_failed(worker->pushes_left);
}

/* --- stay: a fleet that does nothing until our standard input ends --- */

static void stay_complete(void) {
    finish();
    outcome.operations = registered;
    print_result(&outcome);
    finished = false;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0) {
        perror("standard input");
        exit(2);
    }
}

static void stay_failed(struct worker *worker) {
    (void)worker;
    outcome.failed++;
    if (!is_fleet_complete()) {
        finish();
    }
}

static void unexpected(struct worker *worker, const struct frame *frame) {
    (void)frame;
    fail(worker, "a frame came that nobody asked for");
}

/* --- storm: all at once, and again after a pause for whom it did not work out --- */

static void storm_complete(void) {
    outcome.operations = registered;
    finish();
}

static void storm_refused(struct worker *worker) {
    outcome.refused++;
    pause_worker(worker);
}

static void storm_failed(struct worker *worker) {
    if (worker->entered) {
        outcome.failed++;
        finish();
    } else {
        outcome.lost++;
        pause_worker(worker);
    }
}

static void storm_go_on(struct worker *worker) {
    if (worker->state == GONE) {
        connect_worker(worker);
    } else {
        send_registration(worker);
    }
}

/* --- drop: all connections break at once, and one that stays asks when the last end was told --- */

static void ask_for_ends(struct worker *watcher) {
    send_message(watcher, &request);
}

static void drop_complete(void) {
    measure_start();
    for (long i = 1; i < options.workers; i++) {
        close_socket(&workers[i]);
    }
    ask_for_ends(&workers[0]);
}

static void drop_answered(struct worker *watcher, const struct frame *frame) {
    uint64_t correlation;
    const uint8_t *content;
    if (frame->type != PUSH || !parse_push(frame, &correlation, &content)) {
        fail(watcher, "a wrong push came");
        return;
    }
    struct outgoing reply = push_reply_message(correlation);
    if (!send_message(watcher, &reply)) {
        return;
    }
    long left = (long)u64_at(content) - 1;
    if (left != outcome.left) {
        progress();
    }
    outcome.left = left;
    if (left == 0) {
        outcome.operations = options.workers - 1;
        measure_wait((int64_t)u64_at(content + 8) - measure_started());
        finish();
    } else {
        pause_worker(watcher);
    }
}

static void only_failed(struct worker *worker) {
    (void)worker;
    outcome.failed++;
    finish();
}

/* --- arrive: workers at an even pace, each of which stays a while --- */

static void arrive_ended(void) {
    if (++ended == options.count) {
        finish();
    }
}

static void arrive_entered(struct worker *worker) {
    measure_wait(now_nanos() - worker->began);
    pause_worker(worker);
}

static void arrive_refused(struct worker *worker) {
    outcome.refused++;
    say_goodbye(worker);
}

static void arrive_left(struct worker *worker) {
    close_socket(worker);
    outcome.operations++;
    arrive_ended();
}

static void arrive_failed(struct worker *worker) {
    (void)worker;
    outcome.lost++;
    arrive_ended();
}

static void arrive_go_on(struct worker *worker) {
    if (worker->state == REGISTERED) {
        say_goodbye(worker);
    }
}

static const struct workload WORKLOADS[] = {
        {.name = "enter", .entered = enter_entered, .answered = unexpected, .left = enter_left, .failed = enter_failed},
        {.name = "register", .entered = fleet_entered, .fleet_complete = start_trips, .answered = trip_answered, .failed = trip_failed},
        {.name = "ping", .entered = fleet_entered, .fleet_complete = start_trips, .answered = trip_answered, .failed = trip_failed},
        {.name = "publish", .entered = fleet_entered, .fleet_complete = start_trips, .answered = trip_answered, .failed = trip_failed},
        {.name = "push", .entered = fleet_entered, .fleet_complete = start_pushes, .answered = push_answered, .failed = push_failed},
        {.name = "stay", .held = true, .entered = fleet_entered, .fleet_complete = stay_complete, .answered = unexpected, .failed = stay_failed},
        {.name = "storm", .entered = fleet_entered, .fleet_complete = storm_complete, .answered = unexpected, .refused = storm_refused, .failed = storm_failed, .pause = RETRY_NANOS, .go_on = storm_go_on},
        {.name = "drop", .entered = fleet_entered, .fleet_complete = drop_complete, .answered = drop_answered, .failed = only_failed, .pause = POLL_NANOS, .go_on = ask_for_ends},
        {.name = "arrive", .paced = true, .entered = arrive_entered, .answered = unexpected, .refused = arrive_refused, .left = arrive_left, .failed = arrive_failed, .pause = STAY_NANOS, .go_on = arrive_go_on},
};

static bool is(const char *name) {
    return strcmp(workload->name, name) == 0;
}

/* --- The loop --- */

static int64_t earliest(int64_t one, int64_t other) {
    return one < other ? one : other;
}

static int await_events(struct epoll_event *events, int64_t now) {
    int64_t next = now + TICK_NANOS;
    if (first_pausing != NULL) {
        next = earliest(next, first_pausing->due);
    }
    if (workload->paced && begun < options.count) {
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
    if (worker == NULL) {
        finished = true; /* our standard input has ended */
    } else if (worker->state == AWAITED) {
        upgrade(worker);
    } else if (worker->state != GONE) {
        receive(worker, (event->events & EPOLLRDHUP) != 0);
    }
}

static void run(void) {
    struct epoll_event events[EVENTS];
    int64_t deadline = now_nanos() + options.limit * NANOS_PER_SECOND;
    progress();
    while (!finished) {
        int64_t now = now_nanos();
        bool held = workload->held && is_fleet_complete();
        bool stalled = !held && now - last_progress > STALL_NANOS;
        if (stalled || now > deadline) {
            note_problem("%s: %ld begun, %ld ended", stalled ? "no progress" : "not done in time", begun, ended);
            outcome.failed++;
            finish();
            return;
        }
        if (workload->paced) {
            begin_arrivals(now);
        }
        go_on(now);
        handle_failures();
        int count = await_events(events, now);
        for (int i = 0; i < count && !finished; i++) {
            handle(&events[i]);
            handle_failures();
        }
    }
}

static void start(void) {
    measure_start();
    long first = workload->paced ? 0 : options.at_once < slots ? options.at_once : slots;
    for (long i = 0; i < first && !finished; i++) {
        begin(&workers[i]);
    }
}

static void prepare(void) {
    greeting = connect_message();
    goodbye = close_message();
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
        slots = options.count;
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
            {"rate=", &options.rate}, {"limit=", &options.limit}};
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
    for (size_t i = 0; count > 1 && i < sizeof WORKLOADS / sizeof *WORKLOADS; i++) {
        if (strcmp(WORKLOADS[i].name, arguments[1]) == 0) {
            workload = &WORKLOADS[i];
        }
    }
    bool valid = workload != NULL;
    for (int i = 2; i < count; i++) {
        valid = read_option(arguments[i]) && valid;
    }
    return valid && options.port > 0 && options.port < 65536;
}

int main(int count, char **arguments) {
    if (!read_arguments(count, arguments)) {
        fprintf(stderr, "usage: load WORKLOAD port=N [server=PID] [count=N] [at-once=N] [workers=N] [each=N] [rate=N] [limit=SECONDS]\n");
        return 2;
    }
    prepare();
    start();
    run();
    print_result(&outcome);
    return outcome.failed == 0 ? 0 : 1;
}
