package dev.frontdoor.conformance;

import static dev.frontdoor.conformance.Situation.library;
import static dev.frontdoor.conformance.Situation.wire;
import static dev.frontdoor.conformance.Stage.require;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Close codes, and the program's own stop. */
final class EndingSituations {

    private static final int[] COME_BACK = {
        1000, 1001, 1011, 1012, 1013, 3000, 4000, 4003, 4010, 4011, 4012, 4013, 4014, 4015, 4016,
        4499
    };
    private static final int[] END = {1002, 1003, 1008, 1009, 4500, 4501, 4502, 4999};

    /** So many that the buffers of two systems do not hold them, and fewer than the capacity. */
    private static final int LARGE_REPLIES = 12;

    private EndingSituations() {}

    static List<Situation> all() {
        List<Situation> all = new ArrayList<>();
        all.add(
                wire(
                        "close-come-back",
                        "After each close code that is not final, known or not, the program connects"
                                + " and registers again.",
                        stage -> {
                            for (int code : COME_BACK) {
                                Peer peer = stage.registered();
                                peer.closeWith(code, "come back");
                            }
                            Peer peer = stage.registered();
                            peer.frame(true, 8, new byte[0]);
                            peer.awaitEnd();
                            peer.close();
                            stage.registered();
                        }));
        for (int code : END) {
            all.add(
                    wire(
                            "close-" + code,
                            "After close " + code + " the program ends, with exit status 1.",
                            stage -> {
                                Peer peer = stage.registered();
                                stage.expectEcho(peer, 1);
                                peer.closeWith(code, "do not come back");
                                stage.expectFailed(code);
                            }));
        }
        all.add(
                wire(
                        "reset",
                        "A registered program whose connection breaks comes back, and registers.",
                        stage -> {
                            stage.registered().reset();
                            Peer peer = stage.registered();
                            peer.raw(new byte[] {(byte) 0x82, 0x7e, 0x10});
                            peer.reset();
                            Peer next = stage.registered();
                            stage.expectEcho(next, 1);
                        }));
        all.add(
                wire(
                        "end-of-stream",
                        "The end of the stream without a close counts as a broken connection.",
                        stage -> {
                            stage.registered().close();
                            Peer next = stage.registered();
                            stage.expectEcho(next, 1);
                        }));
        all.add(
                wire(
                        "end-of-stream-behind-a-message",
                        "The end of the stream counts as a broken connection right behind the upgrade"
                                + " and right behind a message, too.",
                        stage -> {
                            for (int i = 0; i < 10; i++) {
                                stage.upgraded().endStream();
                                stage.connected().endStream();
                                Peer peer = stage.asked();
                                peer.send(Wire.accepted());
                                peer.endStream();
                            }
                            stage.expectEcho(stage.registered(), 1);
                        }));
        all.add(
                wire(
                        "end-of-stream-behind-pushes",
                        "The end of the stream behind more pushes than a program may have read ahead"
                                + " counts as a broken connection.",
                        stage -> {
                            for (int i = 0; i < 5; i++) {
                                Peer peer = stage.registered();
                                for (int id = 0; id < 65 + i; id++) {
                                    peer.send(Wire.push(id, "the last ones"));
                                }
                                peer.endStream();
                            }
                            stage.expectEcho(stage.registered(), 1);
                        }));
        all.add(
                wire(
                        "drain",
                        "Drained from one instance to another over and over, the program is registered"
                                + " each time.",
                        stage -> {
                            for (int i = 0; i < 10; i++) {
                                Peer peer = stage.registered();
                                stage.expectEcho(peer, i);
                                peer.closeWith(1012, "draining");
                            }
                            stage.registered();
                        }));
        all.add(
                wire(
                        "stop",
                        "On SIGTERM a registered program sends Disconnect, awaits the close, and exits.",
                        stage -> {
                            Peer peer = stage.registered();
                            stage.program().terminate();
                            stage.expectStopped(peer);
                        }));
        all.add(
                wire(
                        "stop-without-an-answer",
                        "A program whose Disconnect is not answered exits all the same.",
                        stage -> {
                            Peer peer = stage.registered();
                            stage.program().terminate();
                            peer.expect(Wire.DISCONNECT);
                            stage.expectStoppedExit();
                        }));
        all.add(
                library(
                                "stop-finishes-pushes",
                                "A stop lets open pushes finish, refuses new ones as unavailable, and then"
                                        + " disconnects.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    peer.send(Wire.push(1, "wait 3000 open"));
                                    stage.expectEcho(peer, 2);
                                    stage.program().terminate();
                                    stage.program().awaitState("stopping");
                                    peer.send(Wire.push(3, "too late"));
                                    peer.expectRefusal(
                                            3,
                                            "{\"code\":\"unavailable\",\"words\":\"the worker is"
                                                    + " stopping\"}");
                                    peer.expectReply(1, "wait 3000 open");
                                    stage.expectStopped(peer);
                                })
                        .with("STOP_GRACE_MS", 60_000));
        all.add(
                library(
                                "stop-sends-replies-that-are-ready",
                                "A stop breaks off no connection on which replies are still being sent.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    String large = "wait 2000 " + "x".repeat(1_000_000);
                                    for (int id = 0; id < LARGE_REPLIES; id++) {
                                        peer.send(Wire.push(id, large));
                                    }
                                    stage.expectEcho(peer, LARGE_REPLIES);
                                    peer.readSlowly(Duration.ofMillis(500));
                                    stage.program().terminate();
                                    Set<Long> replied = new HashSet<>();
                                    while (replied.size() < LARGE_REPLIES) {
                                        replied.add(peer.expectReply().id());
                                    }
                                    stage.expectStopped(peer);
                                })
                        .with("STOP_GRACE_MS", 60_000));
        all.add(
                library(
                                "stop-has-a-grace",
                                "What is not finished within the grace of a stop is refused as"
                                        + " unavailable.",
                                stage -> {
                                    Peer peer = stage.registered();
                                    peer.send(Wire.push(1, "wait 600000 open"));
                                    stage.expectEcho(peer, 2);
                                    stage.program().terminate();
                                    peer.expectRefusal(
                                            1,
                                            "{\"code\":\"unavailable\",\"words\":\"the worker is"
                                                    + " stopping\"}");
                                    stage.expectStopped(peer);
                                })
                        .with("STOP_GRACE_MS", 500));
        all.add(
                library(
                        "stop-while-connecting",
                        "A stop gives up an upgrade that is not answered.",
                        stage -> {
                            stage.accept().request();
                            stage.program().terminate();
                            stage.expectStoppedExit();
                        }));
        all.add(
                library(
                        "stop-while-waiting",
                        "A stop gives up the pause before a reconnect.",
                        stage -> {
                            Peer peer = stage.accept();
                            peer.request();
                            peer.status("503 Later\r\nRetry-After: 3600");
                            peer.close();
                            stage.program().awaitState("waiting");
                            stage.program().terminate();
                            stage.expectStoppedExit();
                        }));
        all.add(
                library(
                        "stop-while-registering",
                        "A stop does not await the answer to WorkerRegister.",
                        stage -> {
                            Peer peer = stage.asked();
                            stage.program().awaitState("registering");
                            stage.program().terminate();
                            stage.expectStopped(peer);
                            require(
                                    stage.program().count("registered") == 0,
                                    "the states %s",
                                    stage.program().states());
                        }));
        return all;
    }
}
