package dev.frontdoor.connection;

/**
 * One running process. Pids are unique within it.
 *
 * @param name the pod's name, or the host's name and the time of the start
 */
public record Instance(String name) {}
