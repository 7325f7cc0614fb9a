package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Control;
import dev.frontdoor.protocol.Frame.ConversationClose;
import dev.frontdoor.protocol.Frame.Deliver;
import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.Frame.LinkMessage;
import dev.frontdoor.protocol.Frame.LinkOpen;
import dev.frontdoor.protocol.Frame.LinkOpenAck;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishAck;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeAck;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** Frames hold only what the wire can carry. */
class FrameTests {

    private static final Bytes SCHEMA_ID = Bytes.copyOf(new byte[Envelope.SCHEMA_ID_SIZE]);
    private static final Envelope ENVELOPE = new Envelope(SCHEMA_ID, null, null, Bytes.EMPTY);

    @Property
    void aFrameIsAControlFrameExactlyIfItsTypeAllowsOnlyStreamZero(@ForAll("frames") Frame frame) {
        FrameType type = frame.type();

        assertThat(type.allowsStream(frame.streamId())).isTrue();
        assertThat(frame instanceof Control).isEqualTo(!type.allowsStream(1));
    }

    @Provide
    Arbitrary<Frame> frames() {
        return Frames.any();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void flagsAreOneByte(int flags) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ping(flags))
                .withMessage("flags must be from 0 to 255, was " + flags);
        assertThatIllegalArgumentException().isThrownBy(() -> new Push(flags, 1, 1, Bytes.EMPTY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LinkOpenAck(flags, 1, new LinkOpenAck.Refused("no")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LinkMessage(flags, 1, "s", Bytes.EMPTY));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new DisconnectReason(flags, DisconnectReason.Reason.GRANT_REVOKED));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 0x1_0000_0000L})
    void aStreamIsFourBytesAndNotZero(long streamId) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Push(0, streamId, 1, Bytes.EMPTY))
                .withMessageContaining("stream");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0x1_0000})
    void aReasonCodeIsTwoBytes(int code) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ConnectError(0, code, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConversationClose(0, 1, 1, code, null));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0x1_0000_0000L})
    void capabilitiesAreFourBytes(long capabilities) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConnectAck(0, ProtocolVersion.V1_0, capabilities));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 0x1_0000_0000L})
    void maxInFlightIsFourBytesAndNotZero(long maxInFlight) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Subscribe(0, 1, "c", List.of(), maxInFlight))
                .withMessageContaining("max in flight");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void aSchemaIdHas32Bytes(int size) {
        Bytes id = Bytes.copyOf(new byte[size]);

        assertThatIllegalArgumentException().isThrownBy(() -> new SubscribeAck(0, 1, 1, id));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Subscribe(0, 1, "c", List.of(SCHEMA_ID, id), 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Envelope(id, null, null, Bytes.EMPTY));
    }

    @Test
    void anIdempotencyKeyGoesWithItsFlag() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Publish(0, 1, "c", ENVELOPE, "key"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Publish(Publish.IDEMPOTENT, 1, "c", ENVELOPE, null));
    }

    @Test
    void aDurablePositionGoesWithItsFlag() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PublishAck(PublishAck.DELIVERED, 1, 1, 7L))
                .withMessageContaining("durable position");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PublishAck(PublishAck.DURABLE, 1, 1, null));
    }

    @Test
    void aMessageIdGoesWithItsFlag() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Deliver(0, 1, 1, ENVELOPE, new Deliver.MessageId(1, 2)))
                .withMessageContaining("message id");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Deliver(Deliver.IDENTIFIED, 1, 1, ENVELOPE, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void aMachinesKeyHas32Bytes(int size) {
        Bytes machine = Bytes.copyOf(new byte[size]);

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new LinkOpen(0, 1, "l", LinkOpen.End.EXPORT, machine, Bytes.EMPTY))
                .withMessage("a machine's key has 32 bytes, was given " + size);
    }

    @Test
    void everyFlagOfAReplyIsARefusal() {
        assertThat(new PushReply(0, 1, 1, Bytes.EMPTY).isRefusal()).isFalse();
        for (int flag = 1; flag <= 0x80; flag <<= 1) {
            assertThat(new PushReply(flag, 1, 1, Bytes.EMPTY).isRefusal()).isTrue();
        }
    }

    @Test
    void anUnknownFrameHasNoKnownType() {
        for (int typeId : new int[] {-1, 256, FrameType.PING.code()}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Unknown(typeId, 0, 0, Bytes.EMPTY));
        }
    }

    @Test
    void aRegistrationKeepsItsOwnLists() {
        List<String> namespaces = new ArrayList<>(List.of("billing"));
        WorkerRegistration registration =
                new WorkerRegistration(namespaces, "q", null, List.of(), "id", List.of());
        namespaces.add("shipping");

        assertThat(registration.namespaces()).containsExactly("billing");
    }

    @Test
    void onlyAnAckWithoutARejectionAccepts() {
        assertThat(WorkerRegisterAck.ACCEPTED.accepted()).isTrue();
        assertThat(WorkerRegisterAck.rejected("").accepted()).isFalse();
    }
}
