package dev.frontdoor.worker.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.frontdoor.worker.End;
import dev.frontdoor.worker.Push;
import dev.frontdoor.worker.Registration;
import dev.frontdoor.worker.State;
import dev.frontdoor.worker.Token;
import dev.frontdoor.worker.Worker;
import dev.frontdoor.worker.WorkerBuilder;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** The worker of docs/workers.md. */
final class QuickstartWorker {

    private QuickstartWorker() {}

    static byte[] charge(Push push) {
        return ("charged " + new String(push.payload(), UTF_8)).getBytes(UTF_8);
    }

    public static void main(String[] args) {
        Map<String, String> settings = System.getenv();
        URI url = URI.create(settings.getOrDefault("FRONT_DOOR", "ws://localhost:8080/liminal"));
        Registration registration =
                Registration.of("charger-1")
                        .withNamespaces("billing")
                        .withActivities(new Registration.Activity("charge", "{}", "{}"));
        WorkerBuilder builder =
                Worker.builder(url, registration, QuickstartWorker::charge).label("zone", "eu1");
        if (settings.containsKey("TOKEN_FILE")) {
            builder.token(Token.file(Path.of(settings.get("TOKEN_FILE"))));
        }
        Worker worker = builder.build();
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
        worker.start();
        End end = worker.ended().join();
        System.exit(end.state() == State.FAILED ? 1 : 0);
    }
}
