package dev.frontdoor.worker;

/**
 * One push. The thread that handles it is interrupted if its reply is not wanted any more.
 *
 * @param correlationId the push's number on its connection, unsigned
 * @param payload what was pushed
 */
public record Push(long correlationId, byte[] payload) {}
