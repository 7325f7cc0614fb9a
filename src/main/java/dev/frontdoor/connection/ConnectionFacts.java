package dev.frontdoor.connection;

import java.time.Instant;

/**
 * What is known about a connection from its start and does not change.
 *
 * @param pid its number
 * @param remoteAddress where the worker connected from, as {@code host:port} or {@code host}
 * @param connectedAt when it was opened
 */
record ConnectionFacts(long pid, String remoteAddress, Instant connectedAt) {}
