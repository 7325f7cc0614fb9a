package dev.frontdoor.conformance;

import static dev.frontdoor.conformance.Situation.library;
import static dev.frontdoor.conformance.Situation.wire;
import static dev.frontdoor.conformance.Stage.require;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The pauses between connections. They are judged by what the program announces, since a busy
 * machine only makes them longer; that they were kept is judged by the connections.
 */
final class BackoffSituations {

    private BackoffSituations() {}

    static List<Situation> all() {
        return List.of(
                wire(
                                "jitter",
                                "Each pause is random between 0 and the limit, evenly. Of 60 pauses with"
                                        + " one limit, at least 4 are below a quarter, and 4 above three"
                                        + " quarters of it.",
                                stage -> {
                                    List<Long> pauses = failedAttempts(stage, 60);
                                    long low = pauses.stream().filter(p -> p <= 60 / 4).count();
                                    long high =
                                            pauses.stream().filter(p -> p >= 60 * 3 / 4).count();
                                    require(
                                            low >= 4 && high >= 4,
                                            "%s pauses below a quarter, %s above three quarters of 60"
                                                    + " ms: %s",
                                            low,
                                            high,
                                            pauses);
                                    require(
                                            pauses.stream().allMatch(p -> p <= 60),
                                            "a pause over the limit of 60 ms: %s",
                                            pauses);
                                })
                        .with("INITIAL_BACKOFF_MS", 60)
                        .with("MAX_BACKOFF_MS", 60),
                wire(
                                "backoff-grows",
                                "The limit of the pauses doubles from the initial to the maximum"
                                        + " back-off.",
                                stage -> {
                                    List<Long> pauses = failedAttempts(stage, 40);
                                    for (int i = 0; i < 40; i++) {
                                        long limit = Math.min(256, 1L << Math.min(i, 8));
                                        require(
                                                pauses.get(i) <= limit,
                                                "pause %s has %s ms; its limit is %s: %s",
                                                i + 1,
                                                pauses.get(i),
                                                limit,
                                                pauses);
                                    }
                                    require(
                                            pauses.stream().anyMatch(p -> p > 128),
                                            "no pause over 128 ms in 40 attempts; the limit is 256:"
                                                    + " %s",
                                            pauses);
                                })
                        .with("INITIAL_BACKOFF_MS", 1)
                        .with("MAX_BACKOFF_MS", 256),
                wire(
                                "pauses-are-kept",
                                "The next connection comes after the announced pause, not before.",
                                stage -> {
                                    for (int i = 0; i < 6; i++) {
                                        long start = System.nanoTime();
                                        refuse(stage);
                                        long pause =
                                                stage.program().awaitState("waiting").pauseMillis();
                                        refuse(stage);
                                        long waited = (System.nanoTime() - start) / 1_000_000;
                                        require(
                                                waited >= pause,
                                                "a connection after %s ms; the pause was to be %s",
                                                waited,
                                                pause);
                                        stage.program().awaitState("waiting");
                                    }
                                })
                        .with("INITIAL_BACKOFF_MS", 700)
                        .with("MAX_BACKOFF_MS", 700),
                wire(
                                "backoff-outlasts-connections",
                                "A connection without an acceptance does not start the back-off anew,"
                                        + " nor does a rejection.",
                                stage -> {
                                    List<Long> pauses = new ArrayList<>();
                                    for (int i = 0; i < 24; i++) {
                                        Peer peer = i % 2 == 0 ? stage.connected() : stage.asked();
                                        if (i % 4 == 1) {
                                            peer.send(Wire.rejected("no such task queue"));
                                        }
                                        peer.closeWith(1011, "a fault");
                                        pauses.add(
                                                stage.program()
                                                        .awaitState("waiting")
                                                        .pauseMillis());
                                    }
                                    require(
                                            pauses.stream().skip(8).anyMatch(p -> p > 64),
                                            "no pause over 64 ms after 8 failures; the limit is 256:"
                                                    + " %s",
                                            pauses);
                                })
                        .with("INITIAL_BACKOFF_MS", 1)
                        .with("MAX_BACKOFF_MS", 256),
                wire(
                                "backoff-outlasts-short-acceptances",
                                "A registration that does not hold long enough does not start the"
                                        + " back-off anew.",
                                stage -> {
                                    List<Long> pauses = new ArrayList<>();
                                    for (int i = 0; i < 24; i++) {
                                        stage.registered().closeWith(1011, "a fault");
                                        pauses.add(
                                                stage.program()
                                                        .awaitState("waiting")
                                                        .pauseMillis());
                                    }
                                    require(
                                            pauses.stream().skip(8).anyMatch(p -> p > 64),
                                            "no pause over 64 ms after 8 short registrations; the"
                                                    + " limit is 256: %s",
                                            pauses);
                                })
                        .with("INITIAL_BACKOFF_MS", 1)
                        .with("MAX_BACKOFF_MS", 256)
                        .with("STABLE_AFTER_MS", 600_000),
                wire(
                                "acceptance-resets-the-backoff",
                                "A registration that held long enough starts the back-off anew.",
                                stage -> {
                                    failedAttempts(stage, 14);
                                    for (int i = 0; i < 4; i++) {
                                        Peer peer = stage.registered();
                                        require(
                                                peer.nextWithin(Duration.ofMillis(1500)) == null,
                                                "a frame that nobody asked for");
                                        peer.closeWith(1012, "draining");
                                        long pause =
                                                stage.program().awaitState("waiting").pauseMillis();
                                        require(
                                                pause <= 2,
                                                "a pause of %s ms after a registration that held; its"
                                                        + " limit is 2 ms",
                                                pause);
                                    }
                                })
                        .with("INITIAL_BACKOFF_MS", 2)
                        .with("MAX_BACKOFF_MS", 1000)
                        .with("STABLE_AFTER_MS", 200),
                library(
                                "rejections-have-a-backoff",
                                "Registrations after rejections are pauses apart, and a count of their"
                                        + " own makes them longer.",
                                stage -> {
                                    Peer peer = stage.asked();
                                    List<Long> gaps = new ArrayList<>();
                                    for (int i = 0; i < 16; i++) {
                                        long start = System.nanoTime();
                                        peer.send(Wire.rejected("no such task queue"));
                                        peer.expect(Wire.WORKER_REGISTER);
                                        gaps.add((System.nanoTime() - start) / 1_000_000);
                                    }
                                    require(
                                            gaps.stream().skip(8).anyMatch(gap -> gap >= 64),
                                            "no pause over 64 ms after 8 rejections; the limit is"
                                                    + " 512: %s",
                                            gaps);
                                })
                        .with("INITIAL_BACKOFF_MS", 2)
                        .with("MAX_BACKOFF_MS", 512));
    }

    /** The pauses after so many upgrades that are refused for now. */
    private static List<Long> failedAttempts(Stage stage, int count) throws Exception {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            refuse(stage);
            pauses.add(stage.program().awaitState("waiting").pauseMillis());
        }
        return pauses;
    }

    private static void refuse(Stage stage) throws Exception {
        Peer peer = stage.accept();
        peer.request();
        peer.status("503 Service Unavailable");
        peer.close();
    }
}
