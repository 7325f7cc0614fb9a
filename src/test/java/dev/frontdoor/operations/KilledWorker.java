package dev.frontdoor.operations;

import dev.frontdoor.notifier.AuthenticationException;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.WorkerTransport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A worker that is killed at a random moment, together with the check of its token and the decision
 * on its registration, which take a random time and end at random.
 */
final class KilledWorker {

    /** What is under way when the worker is killed. */
    enum Moment {
        HANDSHAKE,
        FRAME,
        CHECK,
        DECISION,
        ANY
    }

    private enum Kill {
        RESET,
        CLOSE,
        /** Ends the sending side only, and waits for the end of the other. */
        END_SENDING
    }

    private enum Result {
        ACCEPT,
        REFUSE,
        THROW
    }

    private static final int LONGEST_MICROS = 20_000;

    /** Beyond the time limit of a check, and of a call of the second notifier. */
    private static final int OVERRUN_MICROS = 2_500_000;

    private final String token;
    private final WorkerTransport transport;
    private final Moment moment;
    private final Kill kill;
    private final byte[] script;
    private final int firstPart;
    private final int cut;
    private final int pauseMicros;
    private final Step check;
    private final Step firstDecision;
    private final Step secondDecision;
    private final CountDownLatch killed = new CountDownLatch(1);

    /**
     * Draws what the worker does.
     *
     * @param number of this worker, which its token and the node of its registrations contain
     * @param principals how many principals there are
     * @param identities how many identities there are
     */
    KilledWorker(
            int number,
            int principals,
            int identities,
            WorkerTransport transport,
            SplittableRandom random) {
        this.transport = transport;
        this.token = "principal-%s/%s".formatted(random.nextInt(principals), number);
        this.moment = one(random, Moment.values());
        this.kill = one(random, Kill.values());
        this.pauseMicros = random.nextInt(LONGEST_MICROS);
        this.check = new Step(random, moment == Moment.CHECK);
        this.firstDecision = new Step(random, moment == Moment.DECISION);
        this.secondDecision = new Step(random, false);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean atUpgrade = transport == WorkerTransport.WEBSOCKET && random.nextBoolean();
        if (transport == WorkerTransport.WEBSOCKET) {
            Requests upgrade = Requests.upgrade();
            if (atUpgrade) {
                upgrade.with("Authorization: Bearer " + token);
            }
            bytes.writeBytes(upgrade.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        int head = bytes.size();
        if (!atUpgrade || random.nextBoolean()) {
            write(bytes, connect(atUpgrade ? "" : token));
        }
        firstPart = head == 0 ? bytes.size() : head;
        String identity = "killed-" + random.nextInt(identities);
        int registrations = 1 + random.nextInt(3);
        for (int i = 0; i < registrations; i++) {
            WorkerRegister register =
                    new WorkerRegister(
                            0, Registrations.of(identity).node(String.valueOf(number)).build());
            write(bytes, i == 0 ? register : new Ping(0), register);
        }
        script = bytes.toByteArray();
        cut =
                switch (moment) {
                    case HANDSHAKE -> random.nextInt(firstPart);
                    case FRAME -> random.nextInt(firstPart, script.length);
                    case CHECK, DECISION, ANY -> script.length;
                };
    }

    static Connect connect(String token) {
        return new Connect(
                0,
                ProtocolVersion.V1_0,
                ProtocolVersion.V1_3,
                Bytes.copyOf(token.getBytes(StandardCharsets.UTF_8)));
    }

    private void write(ByteArrayOutputStream bytes, Frame... frames) {
        for (Frame frame : frames) {
            bytes.writeBytes(
                    transport == WorkerTransport.TCP
                            ? FrameCodec.encode(frame)
                            : WebSocketFrame.message(frame));
        }
    }

    String token() {
        return token;
    }

    Moment moment() {
        return moment;
    }

    /** The check of the token, on a thread of the service. */
    Principal check() {
        return switch (check.run()) {
            case ACCEPT -> new Principal(token.substring(0, token.indexOf('/')));
            case REFUSE -> throw new AuthenticationException("drawn");
            case THROW -> throw new IllegalStateException("drawn");
        };
    }

    /** The first notifier's decision, on a thread of the service. */
    void decideFirst() {
        decide(firstDecision);
    }

    /** The second notifier's decision, on a thread of the service. */
    void decideSecond() {
        decide(secondDecision);
    }

    private static void decide(Step step) {
        switch (step.run()) {
            case ACCEPT -> {}
            case REFUSE -> throw new RegistrationRejectedException("drawn");
            case THROW -> throw new IllegalStateException("drawn");
        }
    }

    /**
     * Connects, sends, and is killed.
     *
     * @return whether what it was to be killed in was under way
     */
    boolean run(ServerUnderTest server) throws Exception {
        try (HttpSocket socket = HttpSocket.connect(server.port())) {
            Thread reader = Thread.ofVirtual().start(() -> readToEnd(socket));
            boolean underWay = sent(socket);
            Step step = moment == Moment.CHECK ? check : firstDecision;
            if (moment == Moment.CHECK || moment == Moment.DECISION) {
                ServerUnderTest.awaitLatch(step.begun);
            }
            pause(pauseMicros);
            underWay &= cut < script.length || (step.begun.getCount() == 0 && !step.ended);
            kill(socket);
            killed.countDown();
            if (!reader.join(ServerUnderTest.MAX_WAIT)) {
                throw new AssertionError("the service did not end the connection of " + token);
            }
            return underWay;
        } finally {
            killed.countDown();
        }
    }

    /** Sends in two parts; false if the service has ended the connection. */
    private boolean sent(HttpSocket socket) {
        try {
            int first = Math.min(firstPart, cut);
            socket.send(Arrays.copyOf(script, first));
            socket.send(Arrays.copyOfRange(script, first, cut));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void kill(HttpSocket socket) {
        try {
            switch (kill) {
                case RESET -> socket.reset();
                case CLOSE -> socket.close();
                case END_SENDING -> socket.endSending();
            }
        } catch (IOException e) {
            // The service has ended the connection first.
        }
    }

    /** What never begins on a connection that has ended does not keep the killer waiting. */
    private void readToEnd(HttpSocket socket) {
        try {
            boolean ended = false;
            while (!ended) {
                ended = socket.ends();
            }
            check.begun.countDown();
            firstDecision.begun.countDown();
        } catch (IOException e) {
            throw new AssertionError("the service neither writes nor ends " + token, e);
        }
    }

    private static void pause(int micros) throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(micros, TimeUnit.MICROSECONDS);
    }

    private static <T> T one(SplittableRandom random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    /** What takes a random time and has a random result. */
    private final class Step {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final boolean untilKilled;
        private final boolean returnsIfInterrupted;
        private final int micros;
        private final Result result;
        private volatile boolean ended;

        private Step(SplittableRandom random, boolean untilKilled) {
            this.untilKilled = untilKilled;
            this.returnsIfInterrupted = random.nextBoolean();
            this.micros = random.nextInt(50) == 0 ? OVERRUN_MICROS : random.nextInt(LONGEST_MICROS);
            int drawn = random.nextInt(20);
            this.result = drawn == 0 ? Result.THROW : drawn == 1 ? Result.REFUSE : Result.ACCEPT;
        }

        private Result run() {
            begun.countDown();
            try {
                if (untilKilled) {
                    ServerUnderTest.awaitLatch(killed);
                }
                pause(micros);
                return result;
            } catch (InterruptedException e) {
                return returnsIfInterrupted ? result : Result.THROW;
            } finally {
                ended = true;
            }
        }
    }
}
