/* One connection: from its socket to the frames that are the workload's. */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READABLE (EPOLLIN | EPOLLRDHUP)
#define CLOSE_NORMAL 1000
/* Each address has some 28,000 ports, which many connections would use up. */
#define ADDRESSES 200

static struct worker *first_pausing;
static struct worker *last_pausing;
static struct worker *failed_workers;
/* One for each token; workers take turns with them. */
static struct outgoing *greetings;
static size_t greeting_count;
static struct outgoing goodbye;

static void add_greeting(const char *token) {
    greetings = realloc(greetings, (greeting_count + 1) * sizeof *greetings);
    if (greetings == NULL) {
        perror("tokens");
        exit(2);
    }
    greetings[greeting_count++] = connect_message(token);
}

/* Reads the tokens that the environment names a file of, one in a line. */
void connection_prepare(void) {
    const char *path = getenv("WORKER_TOKENS");
    FILE *tokens = path == NULL ? NULL : fopen(path, "r");
    if (path != NULL && tokens == NULL) {
        perror(path);
        exit(2);
    }
    char token[MAX_TOKEN + 2];
    while (tokens != NULL && fgets(token, sizeof token, tokens) != NULL) {
        token[strcspn(token, "\n")] = '\0';
        if (strlen(token) > MAX_TOKEN) {
            fprintf(stderr, "a token has more than %d characters\n", MAX_TOKEN);
            exit(2);
        }
        add_greeting(token);
    }
    if (greeting_count == 0) {
        add_greeting("");
    }
    goodbye = close_message();
}

static const struct outgoing *next_greeting(void) {
    static size_t next;
    return &greetings[next++ % greeting_count];
}

void close_socket(struct worker *worker) {
    if (worker->state != GONE) {
        close(worker->socket);
    }
    worker->state = GONE;
}

void fail(struct worker *worker, const char *what) {
    note_problem("worker %u: %s", worker->number, what);
    close_socket(worker);
    worker->next_failed = failed_workers;
    failed_workers = worker;
}

void handle_failures(void) {
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

bool send_message(struct worker *worker, const struct outgoing *message) {
    return send_bytes(worker, message->bytes, message->length);
}

static void watch(struct worker *worker, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = worker};
    if (epoll_ctl(epoll, operation, worker->socket, &event) != 0) {
        perror("epoll_ctl");
        exit(2);
    }
}

/* On this machine a connection is mostly there at once, so the request is tried without waiting. */
void open_connection(struct worker *worker) {
    const struct outgoing *greeting = over_tcp ? next_greeting() : NULL;
    const void *opening = over_tcp ? (const void *)greeting->bytes : upgrade_request();
    size_t length = over_tcp ? greeting->length : strlen(upgrade_request());
    bool sent = send(worker->socket, opening, length, MSG_NOSIGNAL) == (ssize_t)length;
    if (sent && worker->state == AWAITED) {
        watch(worker, EPOLL_CTL_MOD, READABLE);
    }
    if (sent) {
        worker->state = over_tcp ? GREETING : UPGRADING;
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

void connect_worker(struct worker *worker) {
    bool ready = worker->state == LEFT ? detach_socket(worker) : open_socket(worker);
    worker->state = CONNECTING;
    worker->told_goodbye = false;
    worker->entered = false;
    worker->received = 0;
    struct sockaddr_in to = loopback(1, options.port);
    if (ready && (connect(worker->socket, (struct sockaddr *)&to, sizeof to) == 0
                    || errno == EINPROGRESS)) {
        open_connection(worker);
    } else {
        fail(worker, strerror(errno));
    }
}

void say_goodbye(struct worker *worker) {
    worker->state = CLOSING;
    worker->told_goodbye = over_tcp;
    send_message(worker, &goodbye);
}

static void enter(struct worker *worker) {
    worker->state = REGISTERED;
    worker->entered = true;
    progress();
    workload->entered(worker);
}

/* The four that follow handle what came, and say whether the worker still reads on. */

static bool handle_frame(struct worker *worker, const struct frame *frame) {
    if (worker->state == REGISTERED) {
        workload->answered(worker, frame);
    } else if (worker->state == GREETING && frame->type == CONNECT_ACK) {
        worker->state = REGISTERING;
        send_message(worker, &worker->registration);
    } else if (worker->state == REGISTERING && frame->type == WORKER_REGISTER_ACK) {
        if (is_accepted(frame)) {
            enter(worker);
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

static bool handle_text(struct worker *worker, const struct message *message) {
    if (worker->state == GREETING && is_connected(message)) {
        enter(worker);
    } else if (worker->state == REGISTERED && is_heartbeat(message)) {
        struct outgoing heartbeat = heartbeat_message();
        send_message(worker, &heartbeat);
    } else if (worker->state != CLOSING) {
        fail(worker, "a text came that must not");
    }
    return worker->state != GONE;
}

static bool handle_message(struct worker *worker, const struct message *message) {
    struct frame frame;
    if (to_centrifugo && message->opcode == OPCODE_TEXT) {
        return handle_text(worker, message);
    }
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
            return send_message(worker, next_greeting()) ? size : 0;
        }
    } else {
        parsed = parse_message(bytes, length, &message);
        if (parsed == COMPLETE) {
            return handle_message(worker, &message) ? message.size : 0;
        }
    }
    if (parsed == TURNED_AWAY && workload->refused != NULL) {
        close_socket(worker);
        progress();
        workload->refused(worker);
    } else if (parsed == MALFORMED || parsed == TURNED_AWAY) {
        fail(worker, worker->state == UPGRADING ? "not upgraded" : "a malformed message came");
    }
    return 0;
}

static void leave(struct worker *worker) {
    worker->state = LEFT;
    progress();
    workload->left(worker);
}

void receive(struct worker *worker, bool has_ended) {
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

void begin(struct worker *worker) {
    worker->number = (unsigned)begun++;
    worker->registration = register_message(worker->number);
    worker->began = now;
    connect_worker(worker);
}

void pause_worker(struct worker *worker) {
    if (worker->pausing) {
        return;
    }
    worker->pausing = true;
    worker->due = now + workload->pause;
    worker->after = NULL;
    if (first_pausing == NULL) {
        first_pausing = worker;
    } else {
        last_pausing->after = worker;
    }
    last_pausing = worker;
}

void go_on(void) {
    while (first_pausing != NULL && first_pausing->due <= now) {
        struct worker *worker = first_pausing;
        first_pausing = worker->after;
        worker->pausing = false;
        workload->go_on(worker);
    }
}

int64_t next_due(void) {
    return first_pausing == NULL ? INT64_MAX : first_pausing->due;
}
