package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Envelope;
import dev.frontdoor.protocol.Frame.Publish;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Good workers of a process with a {@link PushingNotifier}, which must not notice anything. */
final class Bystanders implements AutoCloseable {

    static final int COUNT = 20;

    private final ServiceProcess service;
    private final List<TestWorker> workers = new ArrayList<>();

    /** The notifier that they need. */
    static NotifierJar notifier() throws IOException {
        return NotifierJar.of(PushingNotifier.Configuration.class, PushingNotifier.class);
    }

    /** Connects and registers them. */
    Bystanders(ServiceProcess service) throws IOException {
        this.service = service;
        for (int i = 0; i < COUNT; i++) {
            workers.add(newcomer("bystander-" + i));
        }
    }

    /** Expects that they are served, a newcomer is, and the probes too. */
    void expectServed() throws IOException, InterruptedException {
        assertThat(service.isAlive()).isTrue();
        for (String probe : List.of("liveness", "readiness")) {
            assertThat(service.get("/actuator/health/" + probe).statusCode()).isEqualTo(200);
        }
        workers.forEach(Bystanders::expectServed);
        try (TestWorker newcomer = newcomer("newcomer")) {
            expectServed(newcomer);
        }
    }

    TestWorker first() {
        return workers.getFirst();
    }

    /** A publication that the notifier pushes back. */
    static Publish publication(int pushes, byte[] payload) {
        Bytes schema = Bytes.copyOf(new byte[32]);
        Envelope envelope = new Envelope(schema, null, null, Bytes.copyOf(payload));
        return new Publish(0, 1, Integer.toString(pushes), envelope, null);
    }

    @Override
    public void close() {
        workers.forEach(TestWorker::close);
    }

    private TestWorker newcomer(String identity) throws IOException {
        TestWorker worker = service.worker().connect();
        assertThat(worker.register(TestWorker.registration(identity)))
                .isEqualTo(WorkerRegisterAck.ACCEPTED);
        return worker;
    }

    private static void expectServed(TestWorker worker) {
        worker.expectNothing();
        worker.send(publication(1, new byte[] {1, 2, 3}));
        worker.send(TestWorker.reply(worker.expect(Push.class), new byte[0]));
        worker.ping(new byte[] {4});
        worker.expectPong(new byte[] {4});
        assertThat(worker.isOpen()).isTrue();
    }
}
