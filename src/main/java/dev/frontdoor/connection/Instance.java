package dev.frontdoor.connection;

/**
 * One running service. Pids are unique within it.
 *
 * @param name the pod's name, or that of the host and when the service started
 */
public record Instance(String name) {}
