package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Control;
import dev.frontdoor.protocol.Frame.ConversationClose;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.Push;
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
