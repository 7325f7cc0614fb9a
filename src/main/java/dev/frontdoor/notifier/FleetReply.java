package dev.frontdoor.notifier;

import dev.frontdoor.protocol.Bytes;

/**
 * The reply to a push to one of several workers.
 *
 * @param instance the instance of the worker
 * @param pid the number of its connection
 * @param payload what it has replied
 */
public record FleetReply(String instance, long pid, Bytes payload) {}
