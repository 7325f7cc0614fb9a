package dev.frontdoor.conformance;

import static dev.frontdoor.conformance.Situation.library;
import static dev.frontdoor.conformance.Situation.wire;
import static dev.frontdoor.conformance.Stage.require;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.frontdoor.conformance.Wire.Frame;
import dev.frontdoor.conformance.Wire.Reply;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;

/** Pushes, their replies and refusals, and publications. */
final class PushSituations {

    private static final int MAX_MESSAGE = 1 << 20;
    private static final int REPLY_OVERHEAD = 22;

    /** Beyond what 31, 32, 53 and 63 bits hold. */
    private static final long[] CORRELATION_IDS = {
        1L << 31, (1L << 32) + 5, (1L << 53) + 1, 1L << 63, 0xffff_ffff_ffff_fffeL
    };

    private PushSituations() {}

    static List<Situation> all() {
        return List.of(
                wire(
                        "reply",
                        "A reply has the push's correlation id, an unsigned number of 64 bits, and"
                                + " its stream.",
                        stage -> {
                            Peer peer = stage.registered();
                            byte[] everyByte = new byte[256];
                            for (int i = 0; i < 256; i++) {
                                everyByte[i] = (byte) i;
                            }
                            for (long id : CORRELATION_IDS) {
                                peer.send(Wire.push(7, id, everyByte));
                                peer.expectReply(7, id, everyByte);
                            }
                            peer.send(Wire.push(0xffff_ffff, 0, new byte[0]));
                            peer.expectReply(0xffff_ffff, 0, new byte[0]);
                        }),
                wire(
                        "largest-reply",
                        "A reply of exactly the largest size is sent, and what comes behind it too.",
                        stage -> {
                            Peer peer = stage.registered();
                            byte[] large = new byte[MAX_MESSAGE - REPLY_OVERHEAD];
                            peer.send(Wire.push(1, 1, large));
                            peer.expectReply(1, 1, large);
                            stage.expectEcho(peer, 2);
                        }),
                wire(
                                "burst",
                                "Each of 300 pushes in one segment is answered exactly once, by a reply"
                                        + " or as busy.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    ByteArrayOutputStream burst = new ByteArrayOutputStream();
                                    for (int i = 1; i <= 300; i++) {
                                        burst.writeBytes(Peer.binary(Wire.push(i, "burst " + i)));
                                    }
                                    peer.raw(burst.toByteArray());
                                    Replies replies = new Replies();
                                    replies.read(peer, 300);
                                    for (int i = 1; i <= 300; i++) {
                                        Reply reply = replies.get(i);
                                        if (!reply.refuses()) {
                                            replies.require(i, "burst " + i);
                                        } else {
                                            require(
                                                    reply.text().startsWith("{\"code\":\"busy\","),
                                                    "push %s was refused with %s",
                                                    i,
                                                    reply.text());
                                        }
                                    }
                                    stage.expectEcho(peer, 301);
                                })
                        .with("CAPACITY", 8),
                wire(
                                "exactly-one-reply",
                                "A push gets one reply and no second one.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    for (int i = 1; i <= 20; i++) {
                                        stage.expectEcho(peer, i);
                                    }
                                    Peer.Item more = peer.nextWithin(Duration.ofMillis(700));
                                    require(
                                            more == null,
                                            "%s after every push had its reply",
                                            more == null ? "" : Peer.describe(more));
                                })
                        .with("CAPACITY", 8),
                library(
                        "out-of-order",
                        "A push that takes long does not hold up the reply to a later one.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.send(Wire.push(1, "wait 2000 first"));
                            stage.expectEcho(peer, 2);
                            stage.expectEcho(peer, 3);
                            peer.expectReply(1, "wait 2000 first");
                        }),
                library(
                                "over-the-capacity",
                                "A push over the capacity is refused at once as busy, in the canonical"
                                        + " spelling.",
                                PushSituations::overCapacity)
                        .with("CAPACITY", 3),
                library(
                                "capacity-is-used",
                                "As many pushes as the capacity says are handled at the same time.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    for (int i = 1; i <= 3; i++) {
                                        peer.send(Wire.push(i, "wait 1500 push " + i));
                                    }
                                    Replies replies = new Replies();
                                    replies.read(peer, 3);
                                    for (int i = 1; i <= 3; i++) {
                                        replies.require(i, "wait 1500 push " + i);
                                    }
                                })
                        .with("CAPACITY", 3),
                library(
                        "refusal-spelling",
                        "A refusal is spelled canonically: no blanks, the short escapes, lower-case"
                                + " \\u00xx, all else as it is.",
                        stage -> {
                            Peer peer = stage.registered();
                            refusal(peer, 1, "busy", "queue full", "queue full");
                            refusal(
                                    peer,
                                    2,
                                    "invalid",
                                    "a \"quote\" \\ /",
                                    "a \\\"quote\\\" \\\\ /");
                            refusal(
                                    peer,
                                    3,
                                    "unavailable",
                                    "\b\f\n\r\t\u0000\u0001\u001f\u007f",
                                    "\\b\\f\\n\\r\\t\\u0000\\u0001\\u001f\u007f");
                            refusal(
                                    peer,
                                    4,
                                    "internal",
                                    "gr\u00fc\u00df \ud83d\ude80 \u2028",
                                    "gr\u00fc\u00df \ud83d\ude80 \u2028");
                            refusal(peer, 5, "busy", "", "");
                            stage.expectEcho(peer, 6);
                        }),
                library(
                        "refusal-words-are-cut",
                        "Words are cut to 1,024 bytes of UTF-8, between two characters.",
                        stage -> {
                            Peer peer = stage.registered();
                            String long1 = "x".repeat(1022) + "\u20ac\u20ac";
                            refusal(peer, 1, "busy", long1, "x".repeat(1022));
                            String long2 = "\"".repeat(2000);
                            refusal(peer, 2, "busy", long2, "\\\"".repeat(1024));
                        }),
                library(
                        "handler-fails",
                        "A push whose handler fails is refused as internal, and the worker goes on.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.send(Wire.push(1, "fail"));
                            peer.expectRefusal(
                                    1, "{\"code\":\"internal\",\"words\":\"the handler failed\"}");
                            stage.expectEcho(peer, 2);
                        }),
                library(
                                "failures-and-refusals-leave-the-capacity",
                                "Pushes that fail or are refused count towards the capacity only until"
                                        + " they end.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    for (int id = 1; id <= 6; id += 2) {
                                        peer.send(Wire.push(id, "fail"));
                                        peer.expectRefusal(
                                                id,
                                                "{\"code\":\"internal\",\"words\":\"the handler"
                                                        + " failed\"}");
                                        peer.send(Wire.push(id + 1, "refuse invalid no"));
                                        peer.expectRefusal(
                                                id + 1, "{\"code\":\"invalid\",\"words\":\"no\"}");
                                    }
                                    stage.expectEcho(peer, 7);
                                })
                        .with("CAPACITY", 2),
                library(
                        "reply-too-large",
                        "A reply over the largest size is not sent; its push is refused as internal.",
                        stage -> {
                            Peer peer = stage.registered();
                            int size = MAX_MESSAGE - REPLY_OVERHEAD + 1;
                            peer.send(Wire.push(1, "size " + size));
                            peer.expectRefusal(
                                    1,
                                    "{\"code\":\"internal\",\"words\":\"the reply exceeds 1048576"
                                            + " bytes\"}");
                            peer.send(Wire.push(2, "size " + (size - 1)));
                            peer.expectReply(2, "x".repeat(size - 1));
                        }),
                library(
                        "late-reply",
                        "A reply that is ready after the end of its connection is never sent on the"
                                + " next.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.send(Wire.push(1, "wait 1500 late"));
                            stage.expectEcho(peer, 2);
                            peer.reset();
                            Peer next = stage.registered();
                            next.send(Wire.push(3, "wait 3000 last"));
                            next.expectReply(3, "wait 3000 last");
                            stage.expectEcho(next, 4);
                        }),
                wire(
                        "frames-of-no-use",
                        "Frames of unknown types, and of known types of no use, are ignored.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.send(Wire.frame(0x7f, 0, new byte[3]));
                            peer.send(Wire.frame(0x7f, 9, new byte[0]));
                            peer.send(Wire.frame(0x1a, 1, "participants".getBytes(UTF_8)));
                            peer.send(Wire.frame(0x14, 0, new byte[0]));
                            peer.send(Wire.frame(0x0a, 2, new byte[8]));
                            peer.send(
                                    Wire.frame(
                                            0x1f,
                                            1,
                                            Wire.join(Wire.string("subject"), Wire.number(4, 0))));
                            peer.send(Wire.publishError(3, "nobody took it"));
                            stage.expectEcho(peer, 1);
                        }),
                wire(
                        "flags-of-no-meaning",
                        "Flags that have no meaning in a frame are ignored.",
                        stage -> {
                            Peer peer = stage.registered();
                            byte[] push = Wire.push(5, "flagged");
                            push[1] = (byte) 0xf4;
                            peer.send(push);
                            peer.expectReply(5, "flagged");
                        }),
                library(
                        "publication",
                        "A publication is a Publish with the channel and an envelope, on a stream of its"
                                + " own. A refused one changes nothing else.",
                        stage -> {
                            Peer peer = stage.registered();
                            Frame first = publication(peer, 1, "orders", "5 apples");
                            peer.send(Wire.publishError(first.stream(), "nobody took it"));
                            Frame second = publication(peer, 2, "orders", "6 pears");
                            require(
                                    first.stream() != second.stream(),
                                    "both publications on stream %s",
                                    first.stream());
                            stage.expectEcho(peer, 3);
                        }));
    }

    /** If the first replies came before the last push was read, the attempt shows nothing. */
    private static void overCapacity(Stage stage) throws Exception {
        Peer peer = stage.registered();
        long id = 0;
        for (int millis = 2000; ; millis *= 2) {
            ByteArrayOutputStream burst = new ByteArrayOutputStream();
            for (int i = 1; i <= 3; i++) {
                burst.writeBytes(Peer.binary(Wire.push(id + i, "wait " + millis + " push")));
            }
            burst.writeBytes(Peer.binary(Wire.push(id + 4, "one too many")));
            peer.raw(burst.toByteArray());
            Reply first = peer.expectReply();
            Replies replies = new Replies();
            replies.read(peer, 3);
            if (first.id() == id + 4) {
                require(
                        first.refuses()
                                && first.text()
                                        .equals(
                                                "{\"code\":\"busy\",\"words\":\"at the capacity of"
                                                        + " 3\"}"),
                        "the push over the capacity was answered with flags %s and %s",
                        first.flags(),
                        first.text());
                replies.require(id + 1, "wait " + millis + " push");
                stage.expectEcho(peer, 999);
                return;
            }
            require(
                    replies.get(id + 4).flags() == 0 && millis < 16_000,
                    "a push over the capacity of 3 was answered with flags %s after others",
                    replies.get(id + 4).flags());
            id += 4;
        }
    }

    private static void refusal(Peer peer, long id, String code, String words, String spelled)
            throws InterruptedException {
        peer.send(Wire.push(id, "refuse " + code + " " + words));
        peer.expectRefusal(id, "{\"code\":\"" + code + "\",\"words\":\"" + spelled + "\"}");
    }

    private static Frame publication(Peer peer, long id, String channel, String text)
            throws InterruptedException {
        peer.send(Wire.push(id, "publish " + channel + " " + text));
        Frame publish = peer.expect(Wire.PUBLISH);
        require(publish.stream() != 0 && publish.flags() == 0, "%s", publish);
        Wire.Fields fields = publish.fields();
        String read = fields.string();
        byte[] envelope = fields.bytes();
        fields.end();
        Wire.Fields inner = new Wire.Fields(java.nio.ByteBuffer.wrap(envelope), "Publish");
        for (int i = 0; i < 4; i++) {
            inner.number(8);
        }
        byte[] cause = inner.bytes();
        String payload = inner.string();
        inner.end();
        require(
                read.equals(channel) && payload.equals(text) && cause.length == 2,
                "channel '%s', a cause of %s bytes and the payload '%s'",
                read,
                cause.length,
                payload);
        peer.expectReply(id, "published");
        return publish;
    }
}
