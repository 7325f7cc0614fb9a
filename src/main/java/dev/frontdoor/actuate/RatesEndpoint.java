package dev.frontdoor.actuate;

import dev.frontdoor.event.EventRates;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import java.time.Duration;
import java.util.List;

/** How many registrations and departures there were in the last quarter of an hour. */
@Endpoint(id = "rates")
public final class RatesEndpoint {

    private final EventRates rates;

    RatesEndpoint(EventRates rates) {
        this.rates = rates;
    }

    /** Returns the counts of each interval. */
    @ReadOperation
    public RatesDescriptor rates() {
        return new RatesDescriptor(EventRates.INTERVAL, rates.intervals());
    }

    /**
     * Counts by interval.
     *
     * @param interval the length of each
     * @param intervals oldest first; the last one is not over
     */
    public record RatesDescriptor(Duration interval, List<EventRates.Interval> intervals) {}
}
