package dev.frontdoor.conformance;

import static dev.frontdoor.conformance.Situation.library;
import static dev.frontdoor.conformance.Situation.wire;
import static dev.frontdoor.conformance.Stage.require;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fragments and pings, silence, and a server that sends what it must not. */
final class FaultSituations {

    private FaultSituations() {}

    static List<Situation> all() {
        List<Situation> all = new ArrayList<>();
        all.add(
                wire(
                        "pings",
                        "Each WebSocket ping is answered by a pong with its payload, before the"
                                + " registration is decided too.",
                        stage -> {
                            Peer peer = stage.asked();
                            ping(peer, "");
                            ping(peer, "before the answer");
                            peer.send(Wire.accepted());
                            stage.program().awaitState("registered");
                            ping(peer, "x".repeat(125));
                            stage.expectEcho(peer, 1);
                        }));
        all.add(
                wire(
                        "fragments",
                        "Fragments of one message are put together, with empty ones and pings between"
                                + " them.",
                        stage -> {
                            Peer peer = stage.registered();
                            byte[] push = Wire.push(6, "in many pieces");
                            peer.frame(false, 2, Arrays.copyOf(push, 1));
                            for (int i = 1; i < push.length; i++) {
                                peer.frame(false, 0, new byte[] {push[i]});
                                if (i % 10 == 0) {
                                    peer.frame(true, 9, new byte[] {1});
                                    peer.frame(false, 0, new byte[0]);
                                }
                            }
                            peer.frame(true, 0, new byte[0]);
                            peer.expectReply(6, "in many pieces");
                            stage.expectEcho(peer, 7);
                        }));
        all.add(
                wire(
                                "silence",
                                "When nothing arrives, the program sends a ping, then gives the"
                                        + " connection up, and comes back.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    peer.fallSilent();
                                    awaitPing(peer);
                                    peer.awaitEnd();
                                    peer.close();
                                    stage.registered();
                                })
                        .with("SILENCE_MS", 1000)
                        .with("PONG_TIMEOUT_MS", 1000));
        all.add(
                wire(
                                "silence-ends",
                                "A pong keeps the connection.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    for (int i = 0; i < 3; i++) {
                                        awaitPing(peer);
                                    }
                                    stage.expectEcho(peer, 1);
                                    require(
                                            stage.program().count("waiting") == 0,
                                            "the states %s",
                                            stage.program().states());
                                })
                        .with("SILENCE_MS", 700)
                        .with("PONG_TIMEOUT_MS", 60_000));
        all.add(
                wire(
                                "silence-ends-with-any-frame",
                                "Whatever arrives after a ping keeps the connection, not only a pong.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    peer.fallSilent();
                                    for (int i = 0; i < 3; i++) {
                                        awaitPing(peer);
                                        peer.send(Wire.frame(0x7f, 9, new byte[0]));
                                    }
                                    stage.expectEcho(peer, 1);
                                })
                        .with("SILENCE_MS", 700)
                        .with("PONG_TIMEOUT_MS", 10_000));
        all.add(
                library(
                                "silence-outlasts-replies",
                                "What the program sends is no sign of life: after a silence it gives"
                                        + " the connection up, while it still sends replies.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    peer.fallSilent();
                                    for (int i = 1; i <= 100; i++) {
                                        peer.send(Wire.push(i, "wait " + i * 600 + " steady"));
                                    }
                                    int replies = 0;
                                    while (peer.next() instanceof Peer.Message) {
                                        replies++;
                                    }
                                    require(replies < 100, "all replies, which took 60 s");
                                    peer.close();
                                    stage.registered();
                                })
                        .with("CAPACITY", 100)
                        .with("SILENCE_MS", 1000)
                        .with("PONG_TIMEOUT_MS", 1000));
        all.add(
                wire(
                        "text-message",
                        "A text message ends the connection, and the program comes back.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.frame(true, 1, "hello".getBytes(UTF_8));
                            peer.awaitEnd();
                            peer.close();
                            stage.registered();
                        }));
        malformed()
                .forEach((name, bytes) ->
                        all.add(
                                wire(
                                        "malformed-" + name,
                                        "A frame that does not decode ends the connection, and"
                                                + " the program comes back.",
                                        stage -> {
                                            Peer peer = stage.asked();
                                            peer.send(bytes);
                                            expectComeBack(stage, peer);
                                        })));
        all.add(
                wire(
                        "masked-frame",
                        "A WebSocket frame that breaks WebSocket's own rules ends the connection.",
                        stage -> {
                            byte[] masked =
                                    Wire.join(
                                            Wire.hex("82 8b 00000000"), // 11 bytes, masked
                                            Wire.accepted());
                            for (byte[] frame :
                                    List.of(
                                            masked,
                                            Wire.join(Wire.hex("c2 0b"), Wire.accepted()),
                                            Wire.join(Wire.hex("83 0b"), Wire.accepted()),
                                            Wire.join(Wire.hex("80 0b"), Wire.accepted()))) {
                                Peer peer = stage.asked();
                                peer.raw(frame);
                                peer.awaitEnd();
                                peer.close();
                            }
                            stage.registered();
                            require(
                                    stage.program().count("registered") == 1,
                                    "the states %s; a broken acceptance counted",
                                    stage.program().states());
                        }));
        all.add(
                library(
                        "message-too-large",
                        "A message over 1 MiB ends the connection before it is read to its end.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.raw(Wire.hex("82 7f 0000000040000000"));
                            Thread writer =
                                    new Thread(() -> {
                                        for (int i = 0; i < 64; i++) {
                                            peer.raw(new byte[65_536]);
                                        }
                                    });
                            writer.setDaemon(true);
                            writer.start();
                            peer.awaitEnd();
                            peer.close();
                            stage.registered();
                        }));
        return all;
    }

    private static Map<String, byte[]> malformed() {
        Map<String, byte[]> malformed = new LinkedHashMap<>();
        malformed.put("empty", new byte[0]);
        malformed.put("short-header", Wire.hex("18 00 00000000 0000"));
        malformed.put("short-payload", Wire.hex("18 00 00000000 00000002 00"));
        malformed.put("trailing-bytes", Wire.hex("18 00 00000000 00000001 00 00"));
        malformed.put("two-frames", Wire.join(Wire.accepted(), Wire.accepted()));
        malformed.put("lying-length", Wire.hex("18 00 00000000 00000005 01 ffffffff"));
        malformed.put("unknown-status", Wire.hex("18 00 00000000 00000005 02 00000000"));
        malformed.put("broken-text", Wire.hex("18 00 00000000 00000007 01 00000002 c0af"));
        malformed.put("leftover-field", Wire.hex("18 00 00000000 00000002 00 00"));
        malformed.put("wrong-stream", Wire.hex("18 00 00000001 00000001 00"));
        malformed.put(
                "push-on-stream-0", Wire.frame(0x15, 0, Wire.hex("0000000000000001 00000000")));
        return malformed;
    }

    private static void expectComeBack(Stage stage, Peer peer) throws Exception {
        peer.awaitEnd();
        peer.close();
        stage.registered();
        require(
                stage.program().count("registered") == 1,
                "the states %s; a broken acceptance counted",
                stage.program().states());
    }

    private static void ping(Peer peer, String payload) throws InterruptedException {
        peer.frame(true, 9, payload.getBytes(UTF_8));
        Peer.Item item = peer.next(true);
        require(
                item instanceof Peer.Pong pong
                        && Arrays.equals(pong.payload(), payload.getBytes(UTF_8)),
                "%s instead of a pong with the %s bytes of the ping",
                Peer.describe(item),
                payload.length());
    }

    /** A ping of WebSocket's, or a frame Ping, which is answered here. */
    private static void awaitPing(Peer peer) throws InterruptedException {
        while (true) {
            Peer.Item item = peer.next(true);
            if (item instanceof Peer.Ping) {
                return;
            } else if (item instanceof Peer.Message message
                    && Wire.Frame.decode(message.bytes()).type() == Wire.PING) {
                if (peer.answersPings()) {
                    peer.send(Wire.frame(0x14, 0, new byte[0]));
                }
                return;
            }
            require(
                    item instanceof Peer.Pong,
                    "%s instead of a ping after a silence",
                    Peer.describe(item));
        }
    }
}
