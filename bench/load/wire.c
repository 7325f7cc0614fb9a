#define _GNU_SOURCE
#include "wire.h"

#include <stdio.h>
#include <string.h>

#define HEADER_SIZE 10
#define SCHEMA_SIZE 32
#define SMALL_LENGTH 125 /* more takes two bytes of their own */

enum { CONNECT = 0x01, DISCONNECT = 0x04, PUBLISH = 0x09, PING = 0x13, PUSH_REPLY = 0x16, WORKER_REGISTER = 0x17 };

/* The key of RFC 6455's example, and what a server must answer to it. */
#define UPGRADE_OF(path, headers) \
    "GET " path " HTTP/1.1\r\n" \
    "Host: 127.0.0.1\r\n" \
    "Upgrade: websocket\r\n" \
    "Connection: Upgrade\r\n" \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
    "Sec-WebSocket-Version: 13\r\n" \
    headers \
    "\r\n"
#define WORKER_HEADERS "User-Agent: bench/1.0\r\nWorker-Labels: zone=eu1, version=\"1.2\"\r\n"
static const char SWITCHING[] = "HTTP/1.1 101";
static const char UNAVAILABLE[] = "HTTP/1.1 503";
static const char ACCEPT[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
static const char HEAD_END[] = "\r\n\r\n";

/* What Centrifugo and its clients say. */
static const char CONNECT_COMMAND[] = "{\"id\":1,\"connect\":{}}";
static const char CONNECTED[] = "{\"id\":1,\"connect\":{";
static const char HEARTBEAT[] = "{}";

bool over_tcp;
bool to_centrifugo;
bool with_labels;

static const uint8_t MASK[4] = {0x5A, 0x17, 0xC3, 0x2E};

static void put(struct outgoing *out, const void *bytes, size_t length) {
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

static void put_number(struct outgoing *out, uint64_t value, int size) {
    while (size-- > 0) {
        out->bytes[out->length++] = (uint8_t)(value >> (8 * size));
    }
}

static void put_string(struct outgoing *out, const char *text) {
    size_t length = strlen(text);
    put_number(out, length, 4);
    put(out, text, length);
}

static void put_strings(struct outgoing *out, const char *const *texts, uint32_t count) {
    put_number(out, count, 4);
    for (uint32_t i = 0; i < count; i++) {
        put_string(out, texts[i]);
    }
}

struct outgoing masked(int opcode, const uint8_t *content, size_t length) {
    struct outgoing out;
    out.length = 0;
    put_number(&out, 0x80 | (unsigned)opcode, 1);
    if (length <= SMALL_LENGTH) {
        put_number(&out, 0x80 | length, 1);
    } else {
        put_number(&out, 0x80 | 126, 1);
        put_number(&out, length, 2);
    }
    put(&out, MASK, sizeof MASK);
    for (size_t i = 0; i < length; i++) {
        out.bytes[out.length++] = content[i] ^ MASK[i & 3];
    }
    return out;
}

static struct outgoing frame_message(int type, uint32_t stream, const struct outgoing *payload) {
    struct outgoing frame;
    frame.length = 0;
    put_number(&frame, (unsigned)type, 1);
    put_number(&frame, 0, 1);
    put_number(&frame, stream, 4);
    put_number(&frame, payload->length, 4);
    put(&frame, payload->bytes, payload->length);
    return over_tcp ? frame : masked(OPCODE_BINARY, frame.bytes, frame.length);
}

const char *upgrade_request(void) {
    if (to_centrifugo) {
        return UPGRADE_OF("/connection/websocket", "");
    }
    return with_labels ? UPGRADE_OF("/liminal", WORKER_HEADERS) : UPGRADE_OF("/liminal", "");
}

static struct outgoing text_message(const char *text) {
    return masked(OPCODE_TEXT, (const uint8_t *)text, strlen(text));
}

struct outgoing connect_message(const char *token) {
    if (to_centrifugo) {
        return text_message(CONNECT_COMMAND);
    }
    struct outgoing payload;
    payload.length = 0;
    put_number(&payload, 0x00010000, 4); /* versions 1.0 to 1.0 */
    put_number(&payload, 0x00010000, 4);
    put_string(&payload, token);
    return frame_message(CONNECT, 0, &payload);
}

struct outgoing register_message(unsigned number) {
    static const char *const namespaces[] = {"billing", "billing-eu"};
    static const char *const activities[] = {"charge", "refund", "capture", "settle", "report-daily"};
    char identity[32];
    snprintf(identity, sizeof identity, "worker-%06u", number);
    struct outgoing payload;
    payload.length = 0;
    put_strings(&payload, namespaces, 2);
    put_string(&payload, "default");
    put_number(&payload, 0, 1); /* no node */
    put_strings(&payload, activities, 5);
    put_string(&payload, identity);
    put_number(&payload, 0, 4); /* no schemas */
    return frame_message(WORKER_REGISTER, 0, &payload);
}

struct outgoing ping_message(void) {
    struct outgoing payload;
    payload.length = 0;
    return frame_message(PING, 0, &payload);
}

struct outgoing publish_message(const char *channel, uint32_t pushes) {
    static const uint8_t schema[SCHEMA_SIZE];
    struct outgoing envelope;
    envelope.length = 0;
    put(&envelope, schema, sizeof schema);
    put_number(&envelope, 2, 4); /* a causal context without parent and clock */
    put_number(&envelope, 0, 2);
    put_number(&envelope, 4, 4);
    put_number(&envelope, pushes, 4);
    struct outgoing payload;
    payload.length = 0;
    put_string(&payload, channel);
    put_number(&payload, envelope.length, 4);
    put(&payload, envelope.bytes, envelope.length);
    return frame_message(PUBLISH, 1, &payload);
}

struct outgoing push_reply_message(uint64_t correlation) {
    static const uint8_t reply[PUSH_SIZE];
    struct outgoing payload;
    payload.length = 0;
    put_number(&payload, correlation, 8);
    put_number(&payload, sizeof reply, 4);
    put(&payload, reply, sizeof reply);
    return frame_message(PUSH_REPLY, 1, &payload);
}

struct outgoing close_message(void) {
    static const uint8_t normal[] = {0x03, 0xE8};
    if (over_tcp) {
        struct outgoing nothing = {.length = 0};
        return frame_message(DISCONNECT, 0, &nothing);
    }
    return masked(OPCODE_CLOSE, normal, sizeof normal);
}

void append(struct outgoing *out, const struct outgoing *more) {
    put(out, more->bytes, more->length);
}

static bool starts_with(const uint8_t *bytes, size_t length, const char *start) {
    return length > strlen(start) && memcmp(bytes, start, strlen(start)) == 0;
}

enum parsed parse_upgrade(const uint8_t *bytes, size_t length, size_t *size) {
    const uint8_t *end = memmem(bytes, length, HEAD_END, strlen(HEAD_END));
    if (end == NULL) {
        return INCOMPLETE;
    }
    *size = (size_t)(end - bytes) + strlen(HEAD_END);
    if (starts_with(bytes, *size, SWITCHING) && memmem(bytes, *size, ACCEPT, strlen(ACCEPT)) != NULL) {
        return COMPLETE;
    }
    return starts_with(bytes, *size, UNAVAILABLE) ? TURNED_AWAY : MALFORMED;
}

static uint64_t number_at(const uint8_t *bytes, int size) {
    uint64_t value = 0;
    for (int i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static enum parsed parse_alone(const uint8_t *bytes, size_t length, struct message *message) {
    if (length < HEADER_SIZE) {
        return INCOMPLETE;
    }
    message->opcode = OPCODE_BINARY;
    message->content = bytes;
    message->length = HEADER_SIZE + number_at(bytes + 6, 4);
    message->size = message->length;
    if (message->size > MESSAGE_SIZE) {
        return MALFORMED; /* longer than anything a worker is sent here */
    }
    return length < message->size ? INCOMPLETE : COMPLETE;
}

enum parsed parse_message(const uint8_t *bytes, size_t length, struct message *message) {
    if (over_tcp) {
        return parse_alone(bytes, length, message);
    }
    if (length < 2) {
        return INCOMPLETE;
    }
    size_t header = bytes[1] > SMALL_LENGTH ? 4 : 2;
    if (length < header) {
        return INCOMPLETE;
    }
    message->opcode = bytes[0] & 0x0F;
    message->content = bytes + header;
    message->length = header == 2 ? bytes[1] : number_at(bytes + 2, 2);
    message->size = header + message->length;
    if ((bytes[0] & 0xF0) != 0x80 || bytes[1] > 126 || message->size > MESSAGE_SIZE) {
        return MALFORMED; /* in pieces, masked, or longer than anything a worker is sent here */
    }
    return length < message->size ? INCOMPLETE : COMPLETE;
}

uint64_t u64_at(const uint8_t *bytes) {
    return number_at(bytes, 8);
}

bool parse_frame(const struct message *message, struct frame *frame) {
    const uint8_t *bytes = message->content;
    if (message->length < HEADER_SIZE || bytes[1] != 0
            || number_at(bytes + 6, 4) != message->length - HEADER_SIZE) {
        return false;
    }
    frame->type = bytes[0];
    frame->payload = bytes + HEADER_SIZE;
    frame->length = message->length - HEADER_SIZE;
    return number_at(bytes + 2, 4) == (frame->type == PUSH ? 1 : 0);
}

bool is_accepted(const struct frame *ack) {
    return ack->length == 1 && ack->payload[0] == 0;
}

static bool begins_with(const struct message *message, const char *text) {
    return message->opcode == OPCODE_TEXT && message->length >= strlen(text)
            && memcmp(message->content, text, strlen(text)) == 0;
}

bool is_connected(const struct message *message) {
    return begins_with(message, CONNECTED);
}

bool is_heartbeat(const struct message *message) {
    return begins_with(message, HEARTBEAT) && message->length == strlen(HEARTBEAT);
}

struct outgoing heartbeat_message(void) {
    return text_message(HEARTBEAT);
}

bool parse_push(const struct frame *push, uint64_t *correlation, const uint8_t **content) {
    if (push->length != 12 + PUSH_SIZE || number_at(push->payload + 8, 4) != PUSH_SIZE) {
        return false;
    }
    *correlation = u64_at(push->payload);
    *content = push->payload + 12;
    return true;
}

bool is_usual_content(const uint8_t *content) {
    for (int i = 0; i < PUSH_SIZE; i++) {
        if (content[i] != i) {
            return false;
        }
    }
    return true;
}
