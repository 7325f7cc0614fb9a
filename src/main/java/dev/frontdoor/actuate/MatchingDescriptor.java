package dev.frontdoor.actuate;

/**
 * The result of a bulk disconnect.
 *
 * @param matching number of workers that match the filters
 * @param disconnected number of workers that were disconnected
 */
public record MatchingDescriptor(int matching, int disconnected) {}
