package dev.frontdoor.registration;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;

import java.util.List;

/**
 * Takes from our timers the label with the class of an error, which every observation gives them:
 * our labels are enums and bean names only. Spans keep it.
 */
final class ObservationLabels implements MeterFilter {

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith("frontdoor.")) {
            return id;
        }
        List<Tag> tags =
                id.getTags().stream().filter(tag -> !tag.getKey().equals("error")).toList();
        return id.replaceTags(tags);
    }
}
