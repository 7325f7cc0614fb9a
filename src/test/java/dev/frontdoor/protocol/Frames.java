package dev.frontdoor.protocol;

import dev.frontdoor.protocol.Frame.Accept;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.ConversationClose;
import dev.frontdoor.protocol.Frame.ConversationError;
import dev.frontdoor.protocol.Frame.ConversationMessage;
import dev.frontdoor.protocol.Frame.ConversationOpen;
import dev.frontdoor.protocol.Frame.Defer;
import dev.frontdoor.protocol.Frame.Deliver;
import dev.frontdoor.protocol.Frame.Deliver.MessageId;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.Frame.LinkMessage;
import dev.frontdoor.protocol.Frame.LinkOpen;
import dev.frontdoor.protocol.Frame.LinkOpenAck;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishAck;
import dev.frontdoor.protocol.Frame.PublishError;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.Reject;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeAck;
import dev.frontdoor.protocol.Frame.SubscribeError;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.Unsubscribe;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/** Generators of frames for property tests. */
public final class Frames {

    private static final int FIRST_SURROGATE = 0xD800;
    private static final int SURROGATES = 0x800;

    private Frames() {}

    public static Arbitrary<Frame> any() {
        return Arbitraries.of(FrameType.class).flatMap(Frames::ofType);
    }

    static Arbitrary<Frame> ofType(FrameType type) {
        return switch (type) {
            case CONNECT ->
                    Combinators.combine(u8(), versions(), versions(), bytes()).as(Connect::new);
            case CONNECT_ACK -> Combinators.combine(u8(), versions(), u32()).as(ConnectAck::new);
            case CONNECT_ERROR ->
                    Combinators.combine(u8(), u16(), optionalStrings()).as(ConnectError::new);
            case DISCONNECT -> u8().map(Disconnect::new);
            case SUBSCRIBE ->
                    Combinators.combine(
                                    u8(),
                                    streams(),
                                    strings(),
                                    schemaIds().list().ofMaxSize(3),
                                    positiveU32())
                            .as(Subscribe::new);
            case SUBSCRIBE_ACK ->
                    Combinators.combine(u8(), streams(), u64(), schemaIds()).as(SubscribeAck::new);
            case SUBSCRIBE_ERROR ->
                    Combinators.combine(u8(), streams(), u16(), optionalStrings())
                            .as(SubscribeError::new);
            case UNSUBSCRIBE -> Combinators.combine(u8(), streams(), u64()).as(Unsubscribe::new);
            case PUBLISH ->
                    Combinators.combine(u8(), streams(), strings(), envelopes(), strings())
                            .as(Frames::publish);
            case PUBLISH_ACK ->
                    Combinators.combine(u8(), streams(), u64(), u64()).as(Frames::publishAck);
            case PUBLISH_ERROR ->
                    Combinators.combine(u8(), streams(), u16(), optionalStrings())
                            .as(PublishError::new);
            case CONVERSATION_OPEN ->
                    Combinators.combine(u8(), streams(), u64(), strings())
                            .as(ConversationOpen::new);
            case CONVERSATION_MESSAGE ->
                    Combinators.combine(u8(), streams(), u64(), envelopes())
                            .as(ConversationMessage::new);
            case CONVERSATION_CLOSE ->
                    Combinators.combine(
                                    u8(),
                                    streams(),
                                    u64(),
                                    u16().injectNull(0.3),
                                    optionalStrings())
                            .as(ConversationClose::new);
            case CONVERSATION_ERROR ->
                    Combinators.combine(u8(), streams(), u64(), u16(), optionalStrings())
                            .as(ConversationError::new);
            case ACCEPT -> Combinators.combine(u8(), streams(), strings()).as(Accept::new);
            case DEFER ->
                    Combinators.combine(u8(), streams(), strings(), optionalStrings())
                            .as(Defer::new);
            case REJECT ->
                    Combinators.combine(u8(), streams(), strings(), optionalStrings())
                            .as(Reject::new);
            case PING -> u8().map(Ping::new);
            case PONG -> u8().map(Pong::new);
            case PUSH -> Combinators.combine(u8(), streams(), u64(), bytes()).as(Push::new);
            case PUSH_REPLY ->
                    Combinators.combine(
                                    Arbitraries.of(0, PushReply.REFUSAL), streams(), u64(), bytes())
                            .as(PushReply::new);
            case WORKER_REGISTER ->
                    Combinators.combine(u8(), registrations()).as(WorkerRegister::new);
            case WORKER_REGISTER_ACK ->
                    Combinators.combine(u8(), optionalStrings()).as(WorkerRegisterAck::new);
            case DELIVER ->
                    Combinators.combine(u8(), streams(), u64(), envelopes(), messageIds())
                            .as(Frames::deliver);
            case LINK_OPEN ->
                    Combinators.combine(
                                    u8(),
                                    streams(),
                                    strings(),
                                    Arbitraries.of(LinkOpen.End.class),
                                    schemaIds(),
                                    bytes())
                            .as(LinkOpen::new);
            case LINK_OPEN_ACK ->
                    Combinators.combine(u8(), streams(), linkOutcomes()).as(LinkOpenAck::new);
            case LINK_MESSAGE ->
                    Combinators.combine(u8(), streams(), strings(), bytes()).as(LinkMessage::new);
            case DISCONNECT_REASON ->
                    Combinators.combine(u8(), Arbitraries.of(DisconnectReason.Reason.class))
                            .as(DisconnectReason::new);
            case UNKNOWN ->
                    Combinators.combine(
                                    u8().filter(code -> FrameType.of(code) == FrameType.UNKNOWN),
                                    u8(),
                                    u32(),
                                    bytes())
                            .as(Unknown::new);
        };
    }

    static Arbitrary<WorkerRegistration> registrations() {
        Arbitrary<List<String>> lists = strings().list().ofMaxSize(4);
        Arbitrary<List<Activity>> activities =
                Combinators.combine(strings(), strings(), strings())
                        .as(Activity::new)
                        .list()
                        .ofMaxSize(3);
        return Combinators.combine(
                        lists, strings(), optionalStrings(), lists, strings(), activities)
                .as(WorkerRegistration::new);
    }

    /** Well-formed strings, many of them hard to encode. */
    static Arbitrary<String> strings() {
        Arbitrary<Integer> any =
                Arbitraries.integers()
                        .between(0, Character.MAX_CODE_POINT - SURROGATES)
                        .map(point -> point < FIRST_SURROGATE ? point : point + SURROGATES);
        Arbitrary<Integer> edges =
                Arbitraries.of(
                        Set.of(
                                0,
                                0x7F,
                                0x80,
                                0x7FF,
                                0x800,
                                0xD7FF,
                                0xE000,
                                0xFEFF,
                                0xFFFD,
                                0xFFFF,
                                0x10000,
                                Character.MAX_CODE_POINT));
        Arbitrary<Integer> ascii = Arbitraries.integers().between(0x20, 0x7E);
        return Arbitraries.oneOf(any, edges, ascii)
                .list()
                .ofMaxSize(12)
                .map(points -> points.stream().map(Character::toString).reduce("", String::concat));
    }

    static Arbitrary<Bytes> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(Bytes::copyOf);
    }

    private static Publish publish(
            int flags, long streamId, String channel, Envelope envelope, String idempotencyKey) {
        boolean idempotent = (flags & Publish.IDEMPOTENT) != 0;
        return new Publish(flags, streamId, channel, envelope, idempotent ? idempotencyKey : null);
    }

    private static PublishAck publishAck(
            int flags, long streamId, long messageId, long durablePosition) {
        boolean durable = (flags & PublishAck.DURABLE) != 0;
        return new PublishAck(flags, streamId, messageId, durable ? durablePosition : null);
    }

    private static Deliver deliver(
            int flags, long streamId, long deliverySeq, Envelope envelope, MessageId messageId) {
        boolean identified = (flags & Deliver.IDENTIFIED) != 0;
        return new Deliver(flags, streamId, deliverySeq, envelope, identified ? messageId : null);
    }

    private static Arbitrary<MessageId> messageIds() {
        return Combinators.combine(u64(), u64()).as(MessageId::new);
    }

    private static Arbitrary<LinkOpenAck.Outcome> linkOutcomes() {
        return Arbitraries.oneOf(
                bytes().map(LinkOpenAck.Opened::new),
                Combinators.combine(strings(), strings()).as(LinkOpenAck.Held::new),
                strings().map(LinkOpenAck.Refused::new));
    }

    private static Arbitrary<@Nullable String> optionalStrings() {
        return strings().injectNull(0.3);
    }

    private static Arbitrary<Envelope> envelopes() {
        return Combinators.combine(schemaIds(), optionalStrings(), u64().injectNull(0.3), bytes())
                .as(Envelope::new);
    }

    private static Arbitrary<Bytes> schemaIds() {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofSize(Envelope.SCHEMA_ID_SIZE)
                .map(Bytes::copyOf);
    }

    private static Arbitrary<ProtocolVersion> versions() {
        return Combinators.combine(u16(), u16()).as(ProtocolVersion::new);
    }

    private static Arbitrary<Integer> u8() {
        return between(0, 0xFF).map(Long::intValue);
    }

    private static Arbitrary<Integer> u16() {
        return between(0, 0xFFFF).map(Long::intValue);
    }

    private static Arbitrary<Long> u32() {
        return between(0, 0xFFFF_FFFFL);
    }

    private static Arbitrary<Long> positiveU32() {
        return between(1, 0xFFFF_FFFFL);
    }

    private static Arbitrary<Long> streams() {
        return positiveU32();
    }

    private static Arbitrary<Long> u64() {
        return between(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static Arbitrary<Long> between(long min, long max) {
        return Arbitraries.oneOf(Arbitraries.of(min, max), Arbitraries.longs().between(min, max));
    }
}
