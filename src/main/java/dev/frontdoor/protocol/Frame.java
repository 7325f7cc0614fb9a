package dev.frontdoor.protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One message of the protocol. Control frames travel on stream 0, other known frames on a stream of
 * 1 or more, unknown ones on any. Flags without a meaning of their own are kept as they came.
 * Unsigned 64-bit numbers are held in a {@code long} as they are.
 *
 * <p>Constructors throw {@link IllegalArgumentException} for a value that the wire cannot carry.
 */
public sealed interface Frame {

    /** The frame's type. */
    FrameType type();

    /** The flags of its header, 0 to 255. */
    int flags();

    /** Its stream, an unsigned 32-bit number. */
    long streamId();

    /** A frame that belongs to the connection as a whole. */
    sealed interface Control extends Frame {
        @Override
        default long streamId() {
            return 0;
        }
    }

    /**
     * The first frame of a worker that has a token, or wants its version confirmed.
     *
     * @param flags its header's flags
     * @param minVersion the lowest version it speaks
     * @param maxVersion the highest version it speaks
     * @param authToken its token; empty for none
     */
    record Connect(
            int flags, ProtocolVersion minVersion, ProtocolVersion maxVersion, Bytes authToken)
            implements Control {
        public Connect {
            Unsigned.requireU8(flags, "flags");
        }

        @Override
        public FrameType type() {
            return FrameType.CONNECT;
        }
    }

    /**
     * The answer to a good {@link Connect}.
     *
     * @param flags its header's flags
     * @param selectedVersion the version spoken from here on
     * @param capabilities a bit set, 0 here
     */
    record ConnectAck(int flags, ProtocolVersion selectedVersion, long capabilities)
            implements Control {
        public ConnectAck {
            Unsigned.requireU8(flags, "flags");
            Unsigned.requireU32(capabilities, "capabilities");
        }

        @Override
        public FrameType type() {
            return FrameType.CONNECT_ACK;
        }
    }

    /**
     * The answer to a bad {@link Connect}; the connection closes after it.
     *
     * @param flags its header's flags
     * @param reasonCode why, see {@link ReasonCode}
     * @param message why, in words; null for none
     */
    record ConnectError(int flags, int reasonCode, @Nullable String message) implements Control {
        public ConnectError {
            Unsigned.requireU8(flags, "flags");
            Unsigned.requireU16(reasonCode, "reason code");
        }

        @Override
        public FrameType type() {
            return FrameType.CONNECT_ERROR;
        }
    }

    /**
     * The worker's wish to end the connection.
     *
     * @param flags its header's flags
     */
    record Disconnect(int flags) implements Control {
        public Disconnect {
            Unsigned.requireU8(flags, "flags");
        }

        @Override
        public FrameType type() {
            return FrameType.DISCONNECT;
        }
    }

    /**
     * A wish for the messages of a channel.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param channel the channel
     * @param acceptedSchemas schema ids, 32 bytes each
     * @param maxInFlight from 1: how many may be unanswered
     */
    record Subscribe(
            int flags, long streamId, String channel, List<Bytes> acceptedSchemas, long maxInFlight)
            implements Frame {
        public Subscribe {
            requireHeader(flags, streamId);
            Unsigned.requireU32(maxInFlight, "max in flight");
            acceptedSchemas = List.copyOf(acceptedSchemas);
            acceptedSchemas.forEach(Envelope::requireSchemaId);
            if (maxInFlight == 0) {
                throw new IllegalArgumentException("max in flight must be from 1, was 0");
            }
        }

        @Override
        public FrameType type() {
            return FrameType.SUBSCRIBE;
        }
    }

    /**
     * The answer to a {@link Subscribe} that was granted.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param subscriptionId unsigned
     * @param selectedSchema a schema id, 32 bytes
     */
    record SubscribeAck(int flags, long streamId, long subscriptionId, Bytes selectedSchema)
            implements Frame {
        public SubscribeAck {
            requireHeader(flags, streamId);
            Envelope.requireSchemaId(selectedSchema);
        }

        @Override
        public FrameType type() {
            return FrameType.SUBSCRIBE_ACK;
        }
    }

    /**
     * The answer to what a service without channels cannot serve.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param reasonCode why, see {@link ReasonCode}
     * @param message why, in words; null for none
     */
    record SubscribeError(int flags, long streamId, int reasonCode, @Nullable String message)
            implements Frame {
        public SubscribeError {
            requireHeader(flags, streamId);
            Unsigned.requireU16(reasonCode, "reason code");
        }

        @Override
        public FrameType type() {
            return FrameType.SUBSCRIBE_ERROR;
        }
    }

    /**
     * The end of a subscription.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param subscriptionId unsigned
     */
    record Unsubscribe(int flags, long streamId, long subscriptionId) implements Frame {
        public Unsubscribe {
            requireHeader(flags, streamId);
        }

        @Override
        public FrameType type() {
            return FrameType.UNSUBSCRIBE;
        }
    }

    /**
     * A message for a channel.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param channel the channel
     * @param envelope the message
     * @param idempotencyKey present exactly if flag {@link #IDEMPOTENT} is set, null otherwise
     */
    record Publish(
            int flags,
            long streamId,
            String channel,
            Envelope envelope,
            @Nullable String idempotencyKey)
            implements Frame {
        /** The flag of a publish that carries an idempotency key. */
        public static final int IDEMPOTENT = 0x02;

        public Publish {
            requireHeader(flags, streamId);
            if ((idempotencyKey != null) != ((flags & IDEMPOTENT) != 0)) {
                throw new IllegalArgumentException(
                        "an idempotency key goes with flag 0x02, and only with it");
            }
        }

        @Override
        public FrameType type() {
            return FrameType.PUBLISH;
        }
    }

    /**
     * The answer to a {@link Publish} that was stored.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param messageId unsigned
     * @param durablePosition unsigned; present exactly if flag {@link #DURABLE} is set, null
     *     otherwise
     */
    record PublishAck(int flags, long streamId, long messageId, @Nullable Long durablePosition)
            implements Frame {
        /** The flag of a message that was delivered to someone. */
        public static final int DELIVERED = 0x01;

        /** The flag of an ack that carries a durable position, from version 1.1. */
        public static final int DURABLE = 0x02;

        public PublishAck {
            requireHeader(flags, streamId);
            if ((durablePosition != null) != ((flags & DURABLE) != 0)) {
                throw new IllegalArgumentException(
                        "a durable position goes with flag 0x02, and only with it");
            }
        }

        @Override
        public FrameType type() {
            return FrameType.PUBLISH_ACK;
        }
    }

    /**
     * The answer to a {@link Publish} that nobody took.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param reasonCode why, see {@link ReasonCode}
     * @param message why, in words; null for none
     */
    record PublishError(int flags, long streamId, int reasonCode, @Nullable String message)
            implements Frame {
        public PublishError {
            requireHeader(flags, streamId);
            Unsigned.requireU16(reasonCode, "reason code");
        }

        @Override
        public FrameType type() {
            return FrameType.PUBLISH_ERROR;
        }
    }

    /**
     * The start of a conversation.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param conversationId unsigned
     * @param subject what it is about
     */
    record ConversationOpen(int flags, long streamId, long conversationId, String subject)
            implements Frame {
        public ConversationOpen {
            requireHeader(flags, streamId);
        }

        @Override
        public FrameType type() {
            return FrameType.CONVERSATION_OPEN;
        }
    }

    /**
     * One message of a conversation.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param conversationId unsigned
     * @param envelope the message
     */
    record ConversationMessage(int flags, long streamId, long conversationId, Envelope envelope)
            implements Frame {
        public ConversationMessage {
            requireHeader(flags, streamId);
        }

        @Override
        public FrameType type() {
            return FrameType.CONVERSATION_MESSAGE;
        }
    }

    /**
     * The end of a conversation.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param conversationId unsigned
     * @param reasonCode why, an unsigned 16-bit number; null for none
     * @param message why, in words; null for none
     */
    record ConversationClose(
            int flags,
            long streamId,
            long conversationId,
            @Nullable Integer reasonCode,
            @Nullable String message)
            implements Frame {
        public ConversationClose {
            requireHeader(flags, streamId);
            if (reasonCode != null) {
                Unsigned.requireU16(reasonCode, "reason code");
            }
        }

        @Override
        public FrameType type() {
            return FrameType.CONVERSATION_CLOSE;
        }
    }

    /**
     * The answer to a conversation that cannot be had.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param conversationId unsigned
     * @param reasonCode why, see {@link ReasonCode}
     * @param message why, in words; null for none
     */
    record ConversationError(
            int flags, long streamId, long conversationId, int reasonCode, @Nullable String message)
            implements Frame {
        public ConversationError {
            requireHeader(flags, streamId);
            Unsigned.requireU16(reasonCode, "reason code");
        }

        @Override
        public FrameType type() {
            return FrameType.CONVERSATION_ERROR;
        }
    }

    /**
     * A delivered message was taken.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param messageId the message
     */
    record Accept(int flags, long streamId, String messageId) implements Frame {
        public Accept {
            requireHeader(flags, streamId);
        }

        @Override
        public FrameType type() {
            return FrameType.ACCEPT;
        }
    }

    /**
     * A delivered message is wanted later.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param messageId the message
     * @param reason why; null for none
     */
    record Defer(int flags, long streamId, String messageId, @Nullable String reason)
            implements Frame {
        public Defer {
            requireHeader(flags, streamId);
        }

        @Override
        public FrameType type() {
            return FrameType.DEFER;
        }
    }

    /**
     * A delivered message was not taken.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param messageId the message
     * @param reason why; null for none
     */
    record Reject(int flags, long streamId, String messageId, @Nullable String reason)
            implements Frame {
        public Reject {
            requireHeader(flags, streamId);
        }

        @Override
        public FrameType type() {
            return FrameType.REJECT;
        }
    }

    /**
     * A question whether the other side is there.
     *
     * @param flags its header's flags
     */
    record Ping(int flags) implements Control {
        public Ping {
            Unsigned.requireU8(flags, "flags");
        }

        @Override
        public FrameType type() {
            return FrameType.PING;
        }
    }

    /**
     * The answer to a {@link Ping}.
     *
     * @param flags its header's flags
     */
    record Pong(int flags) implements Control {
        public Pong {
            Unsigned.requireU8(flags, "flags");
        }

        @Override
        public FrameType type() {
            return FrameType.PONG;
        }
    }

    /**
     * A payload for a worker, which is to answer it.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param correlationId unsigned; the answer names it
     * @param payload opaque
     */
    record Push(int flags, long streamId, long correlationId, Bytes payload) implements Frame {
        public Push {
            requireHeader(flags, streamId);
        }

        @Override
        public FrameType type() {
            return FrameType.PUSH;
        }
    }

    /**
     * A worker's answer to a {@link Push}.
     *
     * @param flags its header's flags; a frame with any but {@link #REFUSAL} is decoded, and cannot
     *     be encoded
     * @param streamId 1 to 4294967295
     * @param correlationId unsigned, that of the push
     * @param payload opaque; of a refusal, a JSON object of its code and words
     */
    record PushReply(int flags, long streamId, long correlationId, Bytes payload) implements Frame {
        /** The flag of a refusal. */
        public static final int REFUSAL = 0x01;

        public PushReply {
            requireHeader(flags, streamId);
        }

        /** Whether the worker refuses the push. Any flag says so, also a reserved one. */
        public boolean isRefusal() {
            return flags != 0;
        }

        @Override
        public FrameType type() {
            return FrameType.PUSH_REPLY;
        }
    }

    /**
     * What a worker declares of itself.
     *
     * @param flags its header's flags
     * @param registration the declaration
     */
    record WorkerRegister(int flags, WorkerRegistration registration) implements Control {
        public WorkerRegister {
            Unsigned.requireU8(flags, "flags");
        }

        @Override
        public FrameType type() {
            return FrameType.WORKER_REGISTER;
        }
    }

    /**
     * The decision on a {@link WorkerRegister}.
     *
     * @param flags its header's flags
     * @param rejection the reason of a rejection, which may be empty; null if accepted
     */
    record WorkerRegisterAck(int flags, @Nullable String rejection) implements Control {
        public WorkerRegisterAck {
            Unsigned.requireU8(flags, "flags");
        }

        /** The worker is taken on. */
        public static final WorkerRegisterAck ACCEPTED = new WorkerRegisterAck(0, null);

        /** The worker is turned away. */
        public static WorkerRegisterAck rejected(String reason) {
            return new WorkerRegisterAck(0, reason);
        }

        /** Whether the worker is taken on. */
        public boolean accepted() {
            return rejection == null;
        }

        @Override
        public FrameType type() {
            return FrameType.WORKER_REGISTER_ACK;
        }
    }

    /**
     * A message of a subscription.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param deliverySeq unsigned
     * @param envelope the message
     * @param messageId present exactly if flag {@link #IDENTIFIED} is set, null otherwise
     */
    record Deliver(
            int flags,
            long streamId,
            long deliverySeq,
            Envelope envelope,
            @Nullable MessageId messageId)
            implements Frame {
        /** The flag of a delivery that carries a message id, from version 1.2. */
        public static final int IDENTIFIED = 0x01;

        public Deliver {
            requireHeader(flags, streamId);
            if ((messageId != null) != ((flags & IDENTIFIED) != 0)) {
                throw new IllegalArgumentException(
                        "a message id goes with flag 0x01, and only with it");
            }
        }

        @Override
        public FrameType type() {
            return FrameType.DELIVER;
        }

        /**
         * The id of a message.
         *
         * @param boot unsigned, of the server that numbered the message
         * @param number unsigned, unique in that boot
         */
        public record MessageId(long boot, long number) {}
    }

    /**
     * A wish for one end of a link.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param linkId the link
     * @param end the end that the sender takes
     * @param machine the sender's key, 32 bytes
     * @param handshake opaque
     */
    record LinkOpen(
            int flags, long streamId, String linkId, End end, Bytes machine, Bytes handshake)
            implements Frame {
        /** Bytes in a machine's key. */
        public static final int MACHINE_SIZE = 32;

        public LinkOpen {
            requireHeader(flags, streamId);
            if (machine.size() != MACHINE_SIZE) {
                throw new IllegalArgumentException(
                        "a machine's key has %s bytes, was given %s"
                                .formatted(MACHINE_SIZE, machine.size()));
            }
        }

        @Override
        public FrameType type() {
            return FrameType.LINK_OPEN;
        }

        /** The ends of a link. */
        public enum End {
            EXPORT(0),
            IMPORT(1);

            private final int code;

            End(int code) {
                this.code = code;
            }

            /** The number on the wire. */
            public int code() {
                return code;
            }
        }
    }

    /**
     * The answer to a {@link LinkOpen}.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param outcome what became of it
     */
    record LinkOpenAck(int flags, long streamId, Outcome outcome) implements Frame {
        public LinkOpenAck {
            requireHeader(flags, streamId);
        }

        @Override
        public FrameType type() {
            return FrameType.LINK_OPEN_ACK;
        }

        /** What became of a {@link LinkOpen}. */
        public sealed interface Outcome {}

        /**
         * The link is open.
         *
         * @param handshake opaque
         */
        public record Opened(Bytes handshake) implements Outcome {}

        /**
         * The link waits for a decision.
         *
         * @param grant opaque
         * @param draft opaque
         */
        public record Held(String grant, String draft) implements Outcome {}

        /**
         * The link is refused.
         *
         * @param reason why, in words
         */
        public record Refused(String reason) implements Outcome {}
    }

    /**
     * A message of a link.
     *
     * @param flags its header's flags
     * @param streamId 1 to 4294967295
     * @param subject what it is about
     * @param sealedPayload opaque
     */
    record LinkMessage(int flags, long streamId, String subject, Bytes sealedPayload)
            implements Frame {
        public LinkMessage {
            requireHeader(flags, streamId);
        }

        @Override
        public FrameType type() {
            return FrameType.LINK_MESSAGE;
        }
    }

    /**
     * Why the server is about to disconnect, from version 1.3.
     *
     * @param flags its header's flags
     * @param reason why
     */
    record DisconnectReason(int flags, Reason reason) implements Control {
        public DisconnectReason {
            Unsigned.requireU8(flags, "flags");
        }

        @Override
        public FrameType type() {
            return FrameType.DISCONNECT_REASON;
        }

        /** The reasons there are, each with the number and the name it has on the wire. */
        public enum Reason {
            GRANT_REVOKED(0x0001, "grant_revoked"),
            REVOCATION_LOG_RESET(0x0002, "revocation_log_reset");

            private final int code;
            private final String wireName;

            Reason(int code, String wireName) {
                this.code = code;
                this.wireName = wireName;
            }

            /** The number on the wire, an unsigned 16-bit value. */
            public int code() {
                return code;
            }

            /** The name on the wire. */
            public String wireName() {
                return wireName;
            }
        }
    }

    /**
     * A frame of a type this version does not know.
     *
     * @param typeId the number of its type
     * @param flags its header's flags
     * @param streamId 0 to 4294967295
     * @param payload opaque
     */
    record Unknown(int typeId, int flags, long streamId, Bytes payload) implements Frame {
        /** Refuses what the wire cannot carry, and the number of a known type. */
        public Unknown {
            Unsigned.requireU8(typeId, "type");
            Unsigned.requireU8(flags, "flags");
            Unsigned.requireU32(streamId, "stream id");
            if (FrameType.of(typeId) != FrameType.UNKNOWN) {
                throw new IllegalArgumentException(
                        "type 0x%02X is %s".formatted(typeId, FrameType.of(typeId)));
            }
        }

        @Override
        public FrameType type() {
            return FrameType.UNKNOWN;
        }
    }

    private static void requireHeader(int flags, long streamId) {
        Unsigned.requireU8(flags, "flags");
        Unsigned.requireU32(streamId, "stream id");
        if (streamId == 0) {
            throw new IllegalArgumentException("only control frames travel on stream 0");
        }
    }
}
