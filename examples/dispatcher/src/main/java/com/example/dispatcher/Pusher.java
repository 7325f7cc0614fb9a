package com.example.dispatcher;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Sends a payload to a worker, and returns its reply. */
interface Pusher {

    CompletableFuture<byte[]> push(WorkerId worker, byte[] payload, Duration timeLimit);
}
