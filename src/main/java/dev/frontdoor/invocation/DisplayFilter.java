package dev.frontdoor.invocation;

import dev.frontdoor.notifier.DisplayText;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationFilter;

/**
 * Truncates and escapes what observations say, since spans wait for their collector and are shown
 * to people. So a span has a bounded size, whatever a worker sent.
 */
final class DisplayFilter implements ObservationFilter {

    @Override
    public Observation.Context map(Observation.Context context) {
        for (KeyValue pair : context.getHighCardinalityKeyValues()) {
            String shown = DisplayText.of(pair.getValue());
            if (!shown.equals(pair.getValue())) {
                context.addHighCardinalityKeyValue(KeyValue.of(pair.getKey(), shown));
            }
        }
        return context;
    }
}
