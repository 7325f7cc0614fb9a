package dev.frontdoor.conformance;

import static dev.frontdoor.conformance.Situation.library;
import static dev.frontdoor.conformance.Situation.wire;
import static dev.frontdoor.conformance.Stage.require;

import dev.frontdoor.conformance.Wire.Registration;

import java.time.Duration;
import java.util.List;

/** WorkerRegister and its answers. */
final class RegistrationSituations {

    private RegistrationSituations() {}

    static List<Situation> all() {
        return List.of(
                wire(
                                "acceptance",
                                "The program registers with the given fields, and is registered once it"
                                        + " is accepted.",
                                stage -> {
                                    Peer peer = stage.connected();
                                    Registration read =
                                            Registration.of(peer.expect(Wire.WORKER_REGISTER));
                                    Registration expected =
                                            new Registration(
                                                    List.of("billing", "orders"),
                                                    "fast",
                                                    "node-7",
                                                    List.of("charge", "refund"),
                                                    Stage.IDENTITY,
                                                    List.of("charge {} {}", "refund {} {}"));
                                    require(read.equals(expected), "%s; not %s", read, expected);
                                    peer.send(Wire.accepted());
                                    stage.program().awaitState("registered");
                                    stage.expectEcho(peer, 1);
                                })
                        .with("NAMESPACE", "billing,orders")
                        .with("TASK_QUEUE", "fast")
                        .with("NODE", "node-7")
                        .with("ACTIVITY", "charge,refund"),
                wire(
                                "absent-node",
                                "A node that is not set is absent in WorkerRegister, not empty.",
                                stage -> {
                                    Peer peer = stage.connected();
                                    Registration read =
                                            Registration.of(peer.expect(Wire.WORKER_REGISTER));
                                    require(read.node() == null, "%s", read);
                                })
                        .with("NAMESPACE", "billing")
                        .with("ACTIVITY", "charge"),
                wire(
                        "registered-only-when-accepted",
                        "The program is not registered before it has read the acceptance.",
                        stage -> {
                            Peer peer = stage.asked();
                            require(
                                    peer.nextWithin(Duration.ofSeconds(1)) == null,
                                    "a frame before the answer to WorkerRegister");
                            require(
                                    stage.program().count("registered") == 0,
                                    "the states %s before the acceptance was sent",
                                    stage.program().states());
                            peer.send(Wire.accepted());
                            stage.program().awaitState("registered");
                        }),
                wire(
                        "pushes-behind-the-acceptance",
                        "Pushes in the same segment as the acceptance are answered.",
                        stage -> {
                            Peer peer = stage.asked();
                            peer.raw(
                                    Wire.join(
                                            Peer.binary(Wire.accepted()),
                                            Peer.binary(Wire.push(1, "one")),
                                            Peer.binary(Wire.push(2, "two"))));
                            Replies replies = new Replies();
                            replies.read(peer, 2);
                            replies.require(1, "one");
                            replies.require(2, "two");
                        }),
                wire(
                                "rejected-for-good",
                                "A rejected program that is to stop then leaves, and exits with 1.",
                                stage -> {
                                    Peer peer = stage.asked();
                                    peer.send(Wire.rejected("no such task queue"));
                                    peer.expect(Wire.DISCONNECT);
                                    peer.closeWith(1000, "");
                                    stage.expectFailed(0);
                                    require(
                                            stage.program().count("registered") == 0,
                                            "the states %s",
                                            stage.program().states());
                                })
                        .with("ON_REJECTION", "stop"),
                wire(
                        "rejected-and-retried",
                        "A rejected program registers again on the same connection.",
                        stage -> {
                            Peer peer = stage.asked();
                            for (int i = 0; i < 4; i++) {
                                peer.send(Wire.rejected("no such task queue"));
                                peer.expect(Wire.WORKER_REGISTER);
                            }
                            require(
                                    stage.program().count("registered") == 0,
                                    "the states %s after rejections",
                                    stage.program().states());
                            peer.send(Wire.accepted());
                            stage.program().awaitState("registered");
                            stage.expectEcho(peer, 1);
                        }),
                wire(
                        "rejected-for-a-time",
                        "After 'retry in 2 s' the program registers again on the same connection, and"
                                + " not before.",
                        stage -> {
                            Peer peer = stage.asked();
                            long start = System.nanoTime();
                            peer.send(Wire.rejected("no memory is left, retry in 2 s"));
                            peer.expect(Wire.WORKER_REGISTER);
                            long waited = (System.nanoTime() - start) / 1_000_000;
                            require(waited >= 1990, "WorkerRegister after %s ms", waited);
                            peer.send(Wire.accepted());
                            stage.program().awaitState("registered");
                        }),
                library(
                                "rejected-for-a-time-is-not-for-good",
                                "A temporary rejection does not end a program that stops on rejection.",
                                stage -> {
                                    Peer peer = stage.asked();
                                    peer.send(Wire.rejected("no memory is left, retry in 1 s"));
                                    peer.expect(Wire.WORKER_REGISTER);
                                    peer.send(Wire.accepted());
                                    stage.program().awaitState("registered");
                                })
                        .with("ON_REJECTION", "stop"),
                library(
                                "registration-never-answered",
                                "A program whose WorkerRegister is not answered gives the connection up,"
                                        + " and comes back.",
                                stage -> {
                                    Peer peer = stage.asked();
                                    peer.awaitEnd();
                                    peer.close();
                                    stage.asked();
                                    require(
                                            stage.program().count("registered") == 0,
                                            "the states %s",
                                            stage.program().states());
                                })
                        .with("ANSWER_TIMEOUT_MS", 1500),
                library(
                        "registering-again",
                        "Registering again replaces the registration. Its result follows its answer, and"
                                + " pushes go on meanwhile.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.send(Wire.push(1, "register other"));
                            Registration read = Registration.of(peer.expect(Wire.WORKER_REGISTER));
                            require(read.taskQueue().equals("other"), "%s", read);
                            stage.expectEcho(peer, 2);
                            peer.send(Wire.accepted());
                            peer.expectReply(1, "accepted");
                            stage.expectEcho(peer, 3);
                        }),
                library(
                        "registering-again-is-kept",
                        "After a reconnect the program registers as it last was accepted.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.send(Wire.push(1, "register other"));
                            peer.expect(Wire.WORKER_REGISTER);
                            peer.send(Wire.accepted());
                            peer.expectReply(1, "accepted");
                            peer.closeWith(1012, "draining");
                            Peer next = stage.connected();
                            Registration read = Registration.of(next.expect(Wire.WORKER_REGISTER));
                            require(read.taskQueue().equals("other"), "%s", read);
                        }),
                library(
                        "registering-again-is-rejected",
                        "A rejected replacement leaves the earlier registration in force, after a"
                                + " reconnect too.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.send(Wire.push(1, "register other"));
                            peer.expect(Wire.WORKER_REGISTER);
                            peer.send(Wire.rejected("no such task queue"));
                            peer.expectReply(1, "rejected no such task queue");
                            stage.expectEcho(peer, 2);
                            peer.closeWith(1012, "draining");
                            Peer next = stage.connected();
                            Registration read = Registration.of(next.expect(Wire.WORKER_REGISTER));
                            require(read.taskQueue().equals("default"), "%s", read);
                        }),
                library(
                        "registering-again-is-put-off",
                        "A temporary rejection of a replacement is followed by another attempt.",
                        stage -> {
                            Peer peer = stage.registered();
                            peer.send(Wire.push(1, "register other"));
                            peer.expect(Wire.WORKER_REGISTER);
                            peer.send(Wire.rejected("no memory is left, retry in 1 s"));
                            Registration read = Registration.of(peer.expect(Wire.WORKER_REGISTER));
                            require(read.taskQueue().equals("other"), "%s", read);
                            peer.send(Wire.accepted());
                            peer.expectReply(1, "accepted");
                        }));
    }
}
