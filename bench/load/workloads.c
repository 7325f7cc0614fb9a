/* What the workers of each workload do. */
#include "load.h"

#include <stddef.h>
#include <string.h>

#define RETRY_NANOS (1 * NANOS_PER_SECOND)
#define STAY_NANOS (5 * NANOS_PER_SECOND)
#define POLL_NANOS (NANOS_PER_SECOND / 100)

static long ended; /* operations */
static long registered;
static long gone;

/* --- enter: connect, register, close, so many at a time --- */

static void enter_entered(struct worker *worker) {
    measure_wait(now - worker->began);
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
    measure_wait(now - worker->began);
    if (++registered == options.workers) {
        workload->fleet_complete();
    } else if (begun < options.workers) {
        begin(&workers[begun]);
    }
}

bool is_fleet_complete(void) {
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
    measure_wait(now - worker->began);
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
        worker->began = now;
        if (request.length > 0) {
            send_message(worker, &request);
        } else {
            send_message(worker, &worker->registration);
        }
    }
}

static void start_trips(void) {
    begun = 0;
    measure_start();
    now = measure_started();
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
    now = measure_started();
    for (long i = 0; i < options.workers; i++) {
        workers[i].pushes_left = options.each;
        workers[i].began = now;
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
    worker->began = now;
    send_message(worker, &reply);
}

static void push_failed(struct worker *worker) {
    operation_failed(worker->pushes_left);
}

/* --- stay: a fleet that does nothing until our standard input ends --- */

static void stay_complete(void) {
    outcome.operations = registered;
    hold();
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
        send_message(worker, &worker->registration);
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
    measure_wait(now - worker->began);
    pause_worker(worker);
}

static void arrive_refused(struct worker *worker) {
    outcome.refused++;
    if (worker->state == GONE) {
        arrive_ended();
    } else {
        say_goodbye(worker);
    }
}

static void arrive_left(struct worker *worker) {
    close_socket(worker);
    if (worker->entered) {
        outcome.operations++;
    }
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

/* --- visit: connect, register, close, at an even pace, however many are open --- */

static void visit_ended(void) {
    if (++ended == options.count) {
        finish();
    }
}

static void visit_left(struct worker *worker) {
    close_socket(worker);
    outcome.operations++;
    visit_ended();
}

static void visit_failed(struct worker *worker) {
    (void)worker;
    outcome.failed++;
    visit_ended();
}

static const struct workload WORKLOADS[] = {
        {.name = "enter",
         .entered = enter_entered,
         .answered = unexpected,
         .left = enter_left,
         .failed = enter_failed},
        {.name = "register",
         .entered = fleet_entered,
         .fleet_complete = start_trips,
         .answered = trip_answered,
         .failed = trip_failed},
        {.name = "ping",
         .entered = fleet_entered,
         .fleet_complete = start_trips,
         .answered = trip_answered,
         .failed = trip_failed},
        {.name = "publish",
         .entered = fleet_entered,
         .fleet_complete = start_trips,
         .answered = trip_answered,
         .failed = trip_failed},
        {.name = "push",
         .entered = fleet_entered,
         .fleet_complete = start_pushes,
         .answered = push_answered,
         .failed = push_failed},
        {.name = "stay",
         .held = true,
         .entered = fleet_entered,
         .fleet_complete = stay_complete,
         .answered = unexpected,
         .failed = stay_failed},
        {.name = "storm",
         .entered = fleet_entered,
         .fleet_complete = storm_complete,
         .answered = unexpected,
         .refused = storm_refused,
         .failed = storm_failed,
         .pause = RETRY_NANOS,
         .go_on = storm_go_on},
        {.name = "drop",
         .entered = fleet_entered,
         .fleet_complete = drop_complete,
         .answered = drop_answered,
         .failed = only_failed,
         .pause = POLL_NANOS,
         .go_on = ask_for_ends},
        {.name = "visit",
         .paced = true,
         .entered = enter_entered,
         .answered = unexpected,
         .left = visit_left,
         .failed = visit_failed},
        {.name = "arrive",
         .paced = true,
         .entered = arrive_entered,
         .answered = unexpected,
         .refused = arrive_refused,
         .left = arrive_left,
         .failed = arrive_failed,
         .pause = STAY_NANOS,
         .go_on = arrive_go_on},
};

bool is(const char *name) {
    return strcmp(workload->name, name) == 0;
}

const struct workload *find_workload(const char *name) {
    for (size_t i = 0; i < sizeof WORKLOADS / sizeof *WORKLOADS; i++) {
        if (strcmp(WORKLOADS[i].name, name) == 0) {
            return &WORKLOADS[i];
        }
    }
    return NULL;
}

long operations_ended(void) {
    return ended;
}
