package dev.frontdoor.protocol;

import dev.frontdoor.protocol.Frame.LinkOpen;
import dev.frontdoor.protocol.Frame.LinkOpenAck;
import dev.frontdoor.protocol.Frame.LinkOpenAck.Held;
import dev.frontdoor.protocol.Frame.LinkOpenAck.Opened;
import dev.frontdoor.protocol.Frame.LinkOpenAck.Refused;

/** Reads and writes the fields that only frames of links have. */
final class LinkFields {

    private static final int OPENED = 0;
    private static final int HELD = 1;
    private static final int REFUSED = 2;

    private LinkFields() {}

    static LinkOpen.End readEnd(PayloadReader in) {
        int code = in.u8();
        for (LinkOpen.End end : LinkOpen.End.values()) {
            if (end.code() == code) {
                return end;
            }
        }
        throw PayloadReader.malformed("an end of a link is 0 or 1");
    }

    static LinkOpenAck.Outcome readOutcome(PayloadReader in) {
        return switch (in.u8()) {
            case OPENED -> new Opened(in.bytes());
            case HELD -> new Held(in.string(), in.string());
            case REFUSED -> new Refused(in.string());
            default -> throw PayloadReader.malformed("an outcome of a link is 0, 1 or 2");
        };
    }

    static void writeOutcome(LinkOpenAck.Outcome outcome, PayloadWriter out) {
        switch (outcome) {
            case Opened(Bytes handshake) -> out.u8(OPENED).bytes(handshake);
            case Held(String grant, String draft) -> out.u8(HELD).string(grant).string(draft);
            case Refused(String reason) -> out.u8(REFUSED).string(reason);
        }
    }
}
