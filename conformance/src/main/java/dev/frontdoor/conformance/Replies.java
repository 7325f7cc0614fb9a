package dev.frontdoor.conformance;

import java.util.HashMap;
import java.util.Map;

/** Replies on stream 1 that may come in any order; none may come twice. */
final class Replies {

    private final Map<Long, Wire.Reply> replies = new HashMap<>();

    void read(Peer peer, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            Wire.Reply reply = peer.expectReply();
            if (replies.put(reply.id(), reply) != null) {
                throw new Failure("a second reply to push %s", reply.id());
            } else if (reply.stream() != 1) {
                throw new Failure("%s instead of a reply on stream 1", reply);
            }
        }
    }

    Wire.Reply get(long id) {
        Wire.Reply reply = replies.get(id);
        if (reply == null) {
            throw new Failure("no reply to push %s", id);
        }
        return reply;
    }

    void require(long id, String payload) {
        Wire.Reply reply = get(id);
        if (reply.flags() != 0 || !reply.text().equals(payload)) {
            throw new Failure(
                    "push %s was answered with flags %s and '%s' instead of '%s'",
                    id, reply.flags(), reply.text(), payload);
        }
    }
}
