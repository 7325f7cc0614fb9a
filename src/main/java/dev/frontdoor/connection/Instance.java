package dev.frontdoor.connection;

/**
 * One running process. Pids are unique within it.
 *
 * @param name its place and its start, unique among all processes: {@code <place>/<start>}
 */
public record Instance(String name) {}
