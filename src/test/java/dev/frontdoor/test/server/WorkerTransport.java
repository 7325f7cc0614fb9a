package dev.frontdoor.test.server;

/** How a worker connects to the service under test. */
public enum WorkerTransport {
    WEBSOCKET,
    TCP
}
