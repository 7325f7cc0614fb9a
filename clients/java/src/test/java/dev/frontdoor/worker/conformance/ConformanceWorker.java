package dev.frontdoor.worker.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.frontdoor.worker.End;
import dev.frontdoor.worker.Event;
import dev.frontdoor.worker.Push;
import dev.frontdoor.worker.Refusal;
import dev.frontdoor.worker.Registration;
import dev.frontdoor.worker.State;
import dev.frontdoor.worker.Token;
import dev.frontdoor.worker.Worker;
import dev.frontdoor.worker.WorkerBuilder;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** The worker program that the conformance suite starts; see the README of the libraries. */
public final class ConformanceWorker {

    private static Worker worker;
    private static Registration registration;

    private ConformanceWorker() {}

    /** Runs until SIGTERM, or until the worker has failed. */
    public static void main(String[] args) {
        registration =
                Registration.of(setting("IDENTITY", "worker"))
                        .withNamespaces(list("NAMESPACE").toArray(new String[0]))
                        .withTaskQueue(setting("TASK_QUEUE", "default"))
                        .withNode(setting("NODE", null))
                        .withActivities(
                                list("ACTIVITY").stream()
                                        .map(name -> new Registration.Activity(name, "{}", "{}"))
                                        .toArray(Registration.Activity[]::new));
        WorkerBuilder builder =
                Worker.builder(
                        URI.create(setting("URL", null)), registration, ConformanceWorker::handle);
        builder.listener(ConformanceWorker::print);
        for (String label : list("LABEL")) {
            builder.label(label.split("=", 2)[0], label.split("=", 2)[1]);
        }
        if (setting("TOKEN_FILE", null) != null) {
            if (setting("TOKEN_IN", "connect").equals("upgrade")) {
                builder.bearerToken(tokens());
            } else {
                builder.token(tokens());
            }
        }
        if (setting("CAPACITY", null) != null) {
            builder.capacity(Integer.parseInt(setting("CAPACITY", null)));
        }
        if (setting("ON_REJECTION", "retry").equals("stop")) {
            builder.stopOnRejection();
        }
        builder.backoff(millis("INITIAL_BACKOFF_MS", 1000), millis("MAX_BACKOFF_MS", 60_000));
        builder.stableAfter(millis("STABLE_AFTER_MS", 30_000));
        builder.connectTimeout(millis("CONNECT_TIMEOUT_MS", 10_000));
        builder.answerTimeout(millis("ANSWER_TIMEOUT_MS", 30_000));
        builder.silence(millis("SILENCE_MS", 40_000), millis("PONG_TIMEOUT_MS", 10_000));
        builder.stopGrace(millis("STOP_GRACE_MS", 10_000));
        worker = builder.build();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> worker.stop().join()));
        worker.start();
        if (worker.ended().join().state() == State.FAILED) {
            System.exit(1);
        }
    }

    private static String setting(String name, String otherwise) {
        return System.getenv().getOrDefault("FRONTDOOR_" + name, otherwise);
    }

    private static List<String> list(String name) {
        String value = setting(name, "");
        return value.isEmpty() ? List.of() : List.of(value.split(","));
    }

    private static Duration millis(String name, int otherwise) {
        return Duration.ofMillis(Long.parseLong(setting(name, String.valueOf(otherwise))));
    }

    private static Callable<Token> tokens() {
        String lifetime = setting("TOKEN_LIFETIME_MS", null);
        return () ->
                new Token(
                        Files.readString(Path.of(setting("TOKEN_FILE", null))).strip(),
                        lifetime == null
                                ? null
                                : Instant.now().plusMillis(Long.parseLong(lifetime)));
    }

    private static byte[] handle(Push push) throws Exception {
        String text = new String(push.payload(), UTF_8);
        String[] words = text.split(" ", 3);
        switch (words[0]) {
            case "wait" -> Thread.sleep(Long.parseLong(words[1]));
            case "refuse" -> {
                Refusal.Code code = Refusal.Code.valueOf(words[1].toUpperCase(Locale.ROOT));
                throw new Refusal(code, words[2]);
            }
            case "fail" -> throw new IllegalStateException("told to fail");
            case "size" -> {
                return "x".repeat(Integer.parseInt(words[1])).getBytes(UTF_8);
            }
            case "publish" -> {
                worker.publish(words[1], words[2].getBytes(UTF_8)).join();
                return "published".getBytes(UTF_8);
            }
            case "register" -> {
                String rejection = worker.register(registration.withTaskQueue(words[1])).get();
                String result = rejection == null ? "accepted" : "rejected " + rejection;
                return result.getBytes(UTF_8);
            }
            default -> {
                // an echo
            }
        }
        return push.payload();
    }

    private static void print(Event event) {
        if (event instanceof Event.StateChanged change) {
            String line = "state=" + change.state().name().toLowerCase(Locale.ROOT);
            End end = change.end();
            if (change.pause() != null) {
                line += " pause_ms=" + change.pause().toMillis();
            } else if (change.state() == State.FAILED) {
                line += " code=" + end.code() + " reason=" + end.reason();
            }
            System.out.println(line);
        } else {
            System.out.println(event);
        }
    }
}
