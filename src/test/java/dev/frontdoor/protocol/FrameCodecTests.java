package dev.frontdoor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.protocol.Frame.Accept;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Deliver;
import dev.frontdoor.protocol.Frame.LinkOpen;
import dev.frontdoor.protocol.Frame.LinkOpenAck;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.PublishAck;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

class FrameCodecTests {

    private static final int LENGTH_OFFSET = 6;
    private static final Bytes SCHEMA_ID = Bytes.copyOf(new byte[Envelope.SCHEMA_ID_SIZE]);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\0",
                "a\0b",
                "\uFEFF",
                "\uFEFFbom",
                "\uFFFD",
                "a\uFFFDb",
                "\uFFFF",
                "\u0080",
                "\u07FF",
                "\u0800",
                "\uD7FF",
                "\uE000",
                "\uD800\uDC00",
                "\uDBFF\uDFFF",
                "e\u0301"
            })
    void everyWellFormedStringIsKeptAsItIs(String text) {
        Accept accept = new Accept(0, 1, text);

        assertThat(FrameCodec.decode(ByteBuffer.wrap(FrameCodec.encode(accept)))).isEqualTo(accept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // a continuation without a start
                "c3", // a start without a continuation
                "c328", // a start with another character behind it
                "e282", // two of three bytes
                "f09f9a", // three of four bytes
                "c080", // NUL in two bytes
                "c1bf", // DEL in two bytes
                "e08080", // NUL in three bytes
                "e09fbf", // U+07FF in three bytes
                "f08fbfbf", // U+FFFF in four bytes
                "eda080", // U+D800
                "edbfbf", // U+DFFF
                "eda080edb080", // a surrogate pair, each half on its own
                "f4908080", // U+110000
                "f888808080", // five bytes
                "fe", // never used
                "ff", // never used
                "efbfbdff" // U+FFFD, which is well-formed, and a byte that is not
            })
    void aStringThatIsNotWellFormedUtf8IsRefused(String utf8) {
        byte[] content = HexFormat.of().parseHex(utf8);
        byte[] message =
                ByteBuffer.allocate(FrameCodec.HEADER_SIZE + Integer.BYTES + content.length)
                        .put((byte) FrameType.ACCEPT.code())
                        .put((byte) 0)
                        .putInt(1)
                        .putInt(Integer.BYTES + content.length)
                        .putInt(content.length)
                        .put(content)
                        .array();
        ByteBuffer direct = ByteBuffer.allocateDirect(message.length).put(message).flip();

        assertRefused(ByteBuffer.wrap(message), ReasonCode.MALFORMED_PAYLOAD);
        assertRefused(direct, ReasonCode.MALFORMED_PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\uD83D", "\uDE80", "a\uD83D", "\uD83Db", "\uDE80\uD83D", "\uD83D\uD83D"})
    void halfASurrogatePairCannotBeEncoded(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameCodec.encode(WorkerRegisterAck.rejected(text)))
                .withMessageContaining("surrogate");
    }

    @Test
    void absentAndEmptyStringsAreDifferent() {
        for (String message : new String[] {null, ""}) {
            ConnectError error = new ConnectError(0, 6, message);
            assertThat(FrameCodec.decode(ByteBuffer.wrap(FrameCodec.encode(error))))
                    .isEqualTo(error);
        }
        assertThat(FrameCodec.encode(WorkerRegisterAck.ACCEPTED))
                .isNotEqualTo(FrameCodec.encode(WorkerRegisterAck.rejected("")));
    }

    @Test
    void anOlderWorkersRegistrationHasNoActivities() {
        WorkerRegister register = register();
        byte[] bytes = FrameCodec.encode(register);
        byte[] older = withPayloadCutBy(bytes, Integer.BYTES);

        assertThat(FrameCodec.decode(ByteBuffer.wrap(older))).isEqualTo(register);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aRegistrationThatEndsWithinTheCountOfItsActivitiesIsRefused(int missing) {
        byte[] bytes = withPayloadCutBy(FrameCodec.encode(register()), missing);

        assertRefused(ByteBuffer.wrap(bytes), ReasonCode.MALFORMED_PAYLOAD);
    }

    @Test
    void activitiesKeepTheirOrderAndTheirRepetitions() {
        Activity charge = new Activity("charge", "{\"type\":\"object\"}", "{}");
        Activity empty = new Activity("", "", "");
        WorkerRegister register = register(charge, empty, charge);

        assertThat(FrameCodec.decode(ByteBuffer.wrap(FrameCodec.encode(register))))
                .isEqualTo(register)
                .extracting(frame -> ((WorkerRegister) frame).registration().activities())
                .isEqualTo(List.of(charge, empty, charge));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01 00 00000000 ffffffff 0001000000010000 00000000", // Connect: its payload
                "01 00 00000000 0000000c 0001000000010000 ffffffff", // Connect: the token
                "01 00 00000000 0000000c 0001000000010000 7fffffff",
                "17 00 00000000 00000010 ffffffff 00000000 00 00000000 000000", // the namespaces
                "17 00 00000000 00000010 10000000 00000000 00 00000000 000000",
                "17 00 00000000 00000011 00000000 ffffffff 00 00000000 00000000", // the task queue
                "17 00 00000000 00000011 00000000 00000000 00 ffffffff 00000000", // the activity
                // types
                "17 00 00000000 00000015 00000000 00000000 00 00000000 00000000"
                        + " ffffffff", // activities
                "17 00 00000000 00000015 00000000 00000000 00 00000000 00000000 15555555",
                "05 00 00000001 0000000c 00000000 ffffffff 00000001", // Subscribe: the schemas
                "09 00 00000001 00000008 00000000 ffffffff", // Publish: the envelope
                "15 00 00000001 0000000c 0000000000000001 ffffffff", // Push: the payload
                "1d 00 00000001 00000004 ffffffff", // LinkOpen: the link id
                "1e 00 00000001 00000009 01 00000000 ffffffff", // LinkOpenAck: the draft
                "1f 00 00000001 00000008 00000000 ffffffff", // LinkMessage: what is sealed
                "20 00 00000000 00000007 01 0001 ffffffff", // DisconnectReason: the name
                "ee 00 00000001 ffffffff 00" // an unknown type: the payload
            })
    void aCountOrLengthOfGigabytesAllocatesNothing(String hex) {
        byte[] message = HexFormat.of().parseHex(hex.replace(" ", ""));

        assertRefused(ByteBuffer.wrap(message));
        assertThat(Allocations.ofDecoding(message)).isLessThan(64 * 1024);
    }

    @Test
    void aMessageIsReadFromItsPositionToItsLimit() {
        byte[] ping = FrameCodec.encode(new Ping(7));
        ByteBuffer message = ByteBuffer.allocateDirect(32).position(5).put(ping).flip().position(5);

        assertThat(FrameCodec.decode(message)).isEqualTo(new Ping(7));
        assertThat(message.position()).isEqualTo(message.limit());
    }

    @Test
    void aLittleEndianBufferIsTheCallersMistake() {
        ByteBuffer message = ByteBuffer.wrap(FrameCodec.encode(new Ping(0)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameCodec.decode(message.order(ByteOrder.LITTLE_ENDIAN)));
    }

    @Test
    void aDecodedFrameSharesNothingWithItsMessage() {
        Push push = new Push(0, 1, 2, Bytes.ofHex("0102"));
        byte[] message = FrameCodec.encode(push);
        Frame decoded = FrameCodec.decode(ByteBuffer.wrap(message));
        Arrays.fill(message, (byte) 0xFF);

        assertThat(decoded).isEqualTo(push);
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void everyKnownTypeIsHeldToItsStream(FrameType type) {
        if (type == FrameType.UNKNOWN) {
            assertThat(FrameCodec.decode(header(0xEE, 0))).isInstanceOf(Unknown.class);
            assertThat(FrameCodec.decode(header(0xEE, 1))).isInstanceOf(Unknown.class);
            return;
        }
        long wrong = type.allowsStream(0) ? 1 : 0;

        assertRefused(header(type.code(), wrong), ReasonCode.STREAM_NOT_ALLOWED);
    }

    @Test
    void anIdempotencyKeyIsReadOnlyIfItsFlagIsSet() {
        Envelope envelope = new Envelope(SCHEMA_ID, null, null, Bytes.EMPTY);
        byte[] keyed = FrameCodec.encode(new Publish(Publish.IDEMPOTENT, 1, "c", envelope, "key"));
        byte[] keyless = FrameCodec.encode(new Publish(0, 1, "c", envelope, null));
        keyed[1] = 0;
        keyless[1] = Publish.IDEMPOTENT;

        assertRefused(ByteBuffer.wrap(keyed), ReasonCode.MALFORMED_PAYLOAD);
        assertRefused(ByteBuffer.wrap(keyless), ReasonCode.MALFORMED_PAYLOAD);
    }

    @Test
    void aDurablePositionIsReadOnlyIfItsFlagIsSet() {
        byte[] durable = FrameCodec.encode(new PublishAck(PublishAck.DURABLE, 1, 2, -1L));
        byte[] plain = FrameCodec.encode(new PublishAck(PublishAck.DELIVERED, 1, 2, null));
        durable[1] = PublishAck.DELIVERED;
        plain[1] = PublishAck.DURABLE;

        assertRefused(ByteBuffer.wrap(durable), ReasonCode.MALFORMED_PAYLOAD);
        assertRefused(ByteBuffer.wrap(plain), ReasonCode.MALFORMED_PAYLOAD);
    }

    @Test
    void aMessageIdIsReadOnlyIfItsFlagIsSet() {
        Envelope envelope = new Envelope(SCHEMA_ID, null, null, Bytes.EMPTY);
        Deliver.MessageId id = new Deliver.MessageId(-1, 7);
        byte[] identified = FrameCodec.encode(new Deliver(Deliver.IDENTIFIED, 1, 2, envelope, id));
        byte[] plain = FrameCodec.encode(new Deliver(0, 1, 2, envelope, null));
        identified[1] = 0;
        plain[1] = Deliver.IDENTIFIED;

        assertRefused(ByteBuffer.wrap(identified), ReasonCode.MALFORMED_PAYLOAD);
        assertRefused(ByteBuffer.wrap(plain), ReasonCode.MALFORMED_PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x02, 0x03, 0x80, 0xFF})
    void aReplyWithReservedFlagsIsDecodedAndCannotBeEncoded(int flags) {
        PushReply refusal = new PushReply(PushReply.REFUSAL, 1, 2, Bytes.ofHex("0102"));
        PushReply reserved = new PushReply(flags, 1, 2, refusal.payload());
        byte[] bytes = FrameCodec.encode(refusal);
        bytes[1] = (byte) flags;

        assertThat(FrameCodec.decode(ByteBuffer.wrap(bytes))).isEqualTo(reserved);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameCodec.encode(reserved))
                .withMessage("flags 0x%02X of a reply are reserved".formatted(flags));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 255})
    void anEndOfALinkIsExportOrImport(int end) {
        LinkOpen open = new LinkOpen(0, 1, "", LinkOpen.End.IMPORT, SCHEMA_ID, Bytes.EMPTY);
        byte[] bytes = FrameCodec.encode(open);
        bytes[FrameCodec.HEADER_SIZE + Integer.BYTES] = (byte) end;

        assertRefused(ByteBuffer.wrap(bytes), ReasonCode.MALFORMED_PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 255})
    void aLinkIsOpenedHeldOrRefused(int outcome) {
        byte[] bytes = FrameCodec.encode(new LinkOpenAck(0, 1, new LinkOpenAck.Refused("")));
        bytes[FrameCodec.HEADER_SIZE] = (byte) outcome;

        assertRefused(ByteBuffer.wrap(bytes), ReasonCode.MALFORMED_PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00 0001 0000000d 6772616e745f7265766f6b6564", // version 0
                "02 0001 0000000d 6772616e745f7265766f6b6564", // version 2
                "01 0000 0000000d 6772616e745f7265766f6b6564", // no such code
                "01 0003 0000000d 6772616e745f7265766f6b6564",
                "01 0002 0000000d 6772616e745f7265766f6b6564", // the code of the other name
                "01 0001 00000014 7265766f636174696f6e5f6c6f675f7265736574",
                "01 0001 0000000d 4772616e745f7265766f6b6564", // Grant_revoked
                "01 0001 0000000c 6772616e745f7265766f6b65", // a name cut short
                "01 0001 00000000",
                "01 0001 0000000d 6772616e745f7265766f6b6564 00" // a byte too many
            })
    void aReasonToDisconnectIsOneOfTwoPairsOfCodeAndName(String hex) {
        byte[] payload = HexFormat.of().parseHex(hex.replace(" ", ""));
        ByteBuffer message =
                ByteBuffer.allocate(FrameCodec.HEADER_SIZE + payload.length)
                        .put(header(FrameType.DISCONNECT_REASON.code(), 0))
                        .put(payload)
                        .putInt(LENGTH_OFFSET, payload.length)
                        .flip();

        assertRefused(message, ReasonCode.MALFORMED_PAYLOAD);
    }

    @Test
    void whatFollowsAnEnvelopeIsNotTakenFromWithinIt() {
        String schemaId = SCHEMA_ID.toHex();
        String content = schemaId + "00000002" + "0000" + "00000001" + "aa";
        String key = "00000001" + "6b";

        assertThat(FrameCodec.decode(publish("0000002b" + content + key)))
                .isInstanceOf(Publish.class);
        assertRefused(publish("00000030" + content + key), ReasonCode.MALFORMED_PAYLOAD);
    }

    @Test
    void whatFollowsACausalContextIsNotTakenFromWithinIt() {
        String schemaId = SCHEMA_ID.toHex();
        String rest = "0000" + "00000001" + "aa" + "00000001" + "6b";

        assertThat(FrameCodec.decode(publish("0000002b" + schemaId + "00000002" + rest)))
                .isInstanceOf(Publish.class);
        assertRefused(
                publish("0000002b" + schemaId + "00000007" + rest), ReasonCode.MALFORMED_PAYLOAD);
    }

    @Test
    void unsignedNumbersKeepAllTheirBits() {
        Push push = new Push(255, 0xFFFF_FFFFL, -1, Bytes.EMPTY);
        byte[] bytes = FrameCodec.encode(push);

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("15ff" + "ffffffff" + "0000000c" + "ffffffffffffffff" + "00000000");
        assertThat(FrameCodec.decode(ByteBuffer.wrap(bytes))).isEqualTo(push);
    }

    @Test
    void aRefusalSaysWhatIsWrongInWordsFitForAClose() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> FrameCodec.decode(ByteBuffer.wrap(new byte[3])))
                .satisfies(e -> assertThat(e.closeReason()).startsWith("0x0001 3 bytes"));
    }

    private static void assertRefused(ByteBuffer message) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> FrameCodec.decode(message));
    }

    private static void assertRefused(ByteBuffer message, ReasonCode reason) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> FrameCodec.decode(message))
                .extracting(ProtocolException::reason)
                .isEqualTo(reason);
    }

    /** An idempotent publish on channel {@code c} with what follows the channel. */
    private static ByteBuffer publish(String rest) {
        byte[] payload = HexFormat.of().parseHex("00000001" + "63" + rest);
        return ByteBuffer.allocate(FrameCodec.HEADER_SIZE + payload.length)
                .put((byte) FrameType.PUBLISH.code())
                .put((byte) Publish.IDEMPOTENT)
                .putInt(1)
                .putInt(payload.length)
                .put(payload)
                .flip();
    }

    private static ByteBuffer header(int type, long streamId) {
        return ByteBuffer.allocate(FrameCodec.HEADER_SIZE)
                .put((byte) type)
                .put((byte) 0)
                .putInt((int) streamId)
                .putInt(0)
                .flip();
    }

    private static byte[] withPayloadCutBy(byte[] bytes, int missing) {
        byte[] cut = Arrays.copyOf(bytes, bytes.length - missing);
        ByteBuffer.wrap(cut).putInt(LENGTH_OFFSET, cut.length - FrameCodec.HEADER_SIZE);
        return cut;
    }

    private static WorkerRegister register(Activity... activities) {
        return new WorkerRegister(
                0,
                new WorkerRegistration(
                        List.of("billing"),
                        "queue",
                        null,
                        List.of("charge"),
                        "worker-1",
                        List.of(activities)));
    }
}
