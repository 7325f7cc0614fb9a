/* What the parts of the load share: workers, workloads, and where a run has got to. */
#ifndef LOAD_H
#define LOAD_H

#include "measure.h"
#include "wire.h"

enum state { GONE, CONNECTING, AWAITED, UPGRADING, GREETING, REGISTERING, REGISTERED, CLOSING, LEFT };

struct worker {
    int socket;
    unsigned number;
    enum state state;
    bool told_goodbye;    /* the server has answered our close, or need not */
    bool entered;         /* the registration was accepted */
    bool pausing;
    long pushes_left;     /* that it still waits for */
    int64_t began;        /* when what is being waited for began */
    int64_t due;          /* when it is to go on, while it pauses */
    struct worker *after; /* the next of those that pause */
    struct worker *next_failed;
    struct outgoing registration;
    size_t received;
    uint8_t input[MESSAGE_SIZE];
};

/* What the workers of one workload do; it leaves out what cannot happen to them. */
struct workload {
    const char *name;
    bool paced;                           /* connections begin at a rate, not one after another */
    bool held;                            /* a complete fleet stays until our input ends */
    int64_t pause;                        /* how long a worker pauses before `go_on` */
    void (*entered)(struct worker *);     /* the registration was accepted */
    void (*refused)(struct worker *);     /* it or its upgrade (503) was; left out: a failure */
    void (*answered)(struct worker *, const struct frame *); /* a frame came after that */
    void (*left)(struct worker *);        /* the connection ended as we asked */
    void (*failed)(struct worker *);      /* it ended otherwise, and is closed */
    void (*go_on)(struct worker *);       /* the pause is over */
    void (*fleet_complete)(void);         /* all workers of a fleet are registered */
};

struct options {
    long port;
    long server;
    long count;
    long at_once;
    long workers;
    long each;
    long rate;
    long limit;
    long tcp;        /* 1: over TCP, without WebSocket */
    long centrifugo; /* 1: clients of Centrifugo instead of workers, which only connect */
    long labels;     /* 1: workers send a User-Agent and two labels; not over TCP */
};

extern struct options options;
extern const struct workload *workload;
extern struct worker *workers;
extern long slots; /* how many there are of them */
extern int epoll;
extern int64_t now; /* read once for each event, as reading it costs something, too */
extern struct outcome outcome;
extern long begun; /* connections, and operations once a fleet is complete */
extern struct outgoing request; /* what a worker of a fleet sends; registrations differ by worker */

/* load.c */
void finish(void);
void progress(void);
/* Nothing more is to be measured, but the workers stay until our standard input ends. */
void hold(void);

/* connection.c */
void connection_prepare(void);
/* Connects the next worker, in this place. */
void begin(struct worker *worker);
bool send_message(struct worker *worker, const struct outgoing *message);
void say_goodbye(struct worker *worker);
void close_socket(struct worker *worker);
/* Connects a worker again that is gone. */
void connect_worker(struct worker *worker);
/* The workload hears of it once nobody handles the worker any more. */
void fail(struct worker *worker, const char *what);
void handle_failures(void);
/* Sends what opens a connection: an upgrade, or Connect over TCP. */
void open_connection(struct worker *worker);
void receive(struct worker *worker, bool has_ended);
/* All pauses of a workload are equally long, so the first worker to pause is the first to go on. */
void pause_worker(struct worker *worker);
void go_on(void);
/* When the next pause ends; INT64_MAX if nobody pauses. */
int64_t next_due(void);

/* workloads.c */
const struct workload *find_workload(const char *name);
bool is(const char *name);
bool is_fleet_complete(void);
long operations_ended(void);

#endif
