package com.example.banned;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.FrontDoorExtension;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;

class BannedNotifierTests {

    @RegisterExtension
    static final FrontDoorExtension frontDoor =
            FrontDoorExtension.with(BannedNotifierConfiguration.class);

    @Test
    void bannedWorkerIsRejected() throws IOException {
        try (TestWorker worker = frontDoor.worker()) {
            WorkerRegisterAck ack = worker.register(TestWorker.registration("banned-7"));
            assertEquals("banned-7 is banned", ack.rejection());
        }
    }

    @Test
    void anyOtherWorkerIsAccepted() throws IOException {
        try (TestWorker worker = frontDoor.worker()) {
            WorkerRegisterAck ack = worker.register(TestWorker.registration("worker-7"));
            assertTrue(ack.accepted());
        }
    }
}
