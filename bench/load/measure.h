/* What is measured: time, whose processor time it was, and how long answers take. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NANOS_PER_SECOND 1000000000LL

/* The clock of Java's System.nanoTime, so that times of a server on the JVM compare with ours. */
int64_t now_nanos(void);

/* Prepares for at most so many waits; the server's process may be 0, then its time is not known. */
bool measure_prepare(pid_t server, size_t waits);
void measure_start(void);
int64_t measure_started(void);
void measure_wait(int64_t nanos);
void measure_stop(void);

/* Printf for the first thing that went wrong; later ones are dropped. */
void note_problem(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What became of the operations. */
struct outcome {
    long operations; /* that ended well */
    long refused;    /* registrations and upgrades (503) that were rejected, where that is expected */
    long lost;       /* connections that ended, where that is expected */
    long failed;     /* operations that ended any other way than they must */
    long left;       /* workers the server still has after all have gone */
};

/* Prints one line of JSON. */
void print_result(const struct outcome *outcome);

#endif
