/* The bytes workers send and receive: WebSocket messages and the frames within them, or frames alone. */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONNECT_ACK = 0x02, PONG = 0x14, PUSH = 0x15, WORKER_REGISTER_ACK = 0x18 };
enum { OPCODE_TEXT = 0x1, OPCODE_BINARY = 0x2, OPCODE_CLOSE = 0x8, OPCODE_PING = 0x9, OPCODE_PONG = 0xA };

/* No message that a worker sends, or is sent, is longer. */
#define SENT_SIZE 1024
#define MESSAGE_SIZE 512
#define MAX_TOKEN 900
/* What every push of the bench carries: the bytes 0 to 15, except where it answers "ends". */
#define PUSH_SIZE 16

/* Bytes ready to be sent. */
struct outgoing {
    size_t length;
    uint8_t bytes[SENT_SIZE];
};

/* A message of the server; `size` counts the header that a WebSocket has, too. */
struct message {
    int opcode;
    const uint8_t *content;
    size_t length;
    size_t size;
};

struct frame {
    uint8_t type;
    const uint8_t *payload;
    size_t length;
};

enum parsed { INCOMPLETE, COMPLETE, MALFORMED, TURNED_AWAY };

/* The request for a WebSocket. */
const char *upgrade_request(void);
/* Frames go one behind the other over TCP, without WebSocket. */
extern bool over_tcp;
/* The server is Centrifugo, whose clients speak JSON in text messages. */
extern bool to_centrifugo;
/* Workers send a User-Agent and two labels in their upgrade. */
extern bool with_labels;

/* The token may be empty. */
struct outgoing connect_message(const char *token);
struct outgoing register_message(unsigned number);
struct outgoing ping_message(void);
/* A publication; its payload says how many pushes it asks for, one after the other. */
struct outgoing publish_message(const char *channel, uint32_t pushes);
struct outgoing push_reply_message(uint64_t correlation);
/* Asks the server to end the connection: a WebSocket close, or the frame Disconnect. */
struct outgoing close_message(void);
/* A masked message, as all messages of a client must be. */
struct outgoing masked(int opcode, const uint8_t *content, size_t length);
void append(struct outgoing *out, const struct outgoing *more);

/* Reads the answer to the upgrade; `size` becomes its length. */
enum parsed parse_upgrade(const uint8_t *bytes, size_t length, size_t *size);
enum parsed parse_message(const uint8_t *bytes, size_t length, struct message *message);
/* Reads the one frame of a binary message; false unless all of it is as it must be. */
bool parse_frame(const struct message *message, struct frame *frame);

bool is_accepted(const struct frame *ack);
/* Centrifugo's answer to a client's first command, and the message that asks whether it is there. */
bool is_connected(const struct message *message);
bool is_heartbeat(const struct message *message);
struct outgoing heartbeat_message(void);
uint64_t u64_at(const uint8_t *bytes);
/* Whether a push is whole; `content` becomes its PUSH_SIZE bytes. */
bool parse_push(const struct frame *push, uint64_t *correlation, const uint8_t **content);
bool is_usual_content(const uint8_t *content);

#endif
