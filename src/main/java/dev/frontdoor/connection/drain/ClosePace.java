package dev.frontdoor.connection.drain;

import dev.frontdoor.connection.DrainProperties;
import dev.frontdoor.notifier.EvictionRequest;

import java.time.Duration;

/**
 * How fast connections are closed.
 *
 * @param window the time over which they are closed, at random moments
 * @param grace additional time for a connection with pending pushes
 * @param maxPerSecond closes per second, until the deadline; 0 for no limit
 */
record ClosePace(Duration window, Duration grace, int maxPerSecond) {

    /** The pace of a drain. */
    static ClosePace of(DrainProperties properties) {
        return new ClosePace(
                properties.window(), properties.pushGrace(), properties.maxClosesPerSecond());
    }

    /** The pace of an eviction of so many workers. What it leaves open is as in a drain. */
    static ClosePace of(EvictionRequest request, int workers, DrainProperties properties) {
        Integer rate = request.ratePerSecond();
        int maxPerSecond = rate == null ? properties.maxClosesPerSecond() : rate;
        Duration deadline = request.deadline();
        Duration grace = properties.pushGrace();
        if (deadline != null) {
            Duration part = grace.compareTo(deadline) < 0 ? grace : deadline;
            return new ClosePace(deadline.minus(part), part, maxPerSecond);
        }
        Duration window =
                rate == null
                        ? properties.window()
                        : Duration.ofSeconds(1).multipliedBy(workers).dividedBy(rate);
        return new ClosePace(window, grace, maxPerSecond);
    }

    /** How long it takes at most until the last connection is closed. */
    Duration longest() {
        return window.plus(grace);
    }
}
