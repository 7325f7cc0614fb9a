package dev.frontdoor.actuate.query;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.util.List;

/**
 * Gauges of registered workers by group.
 *
 * @param by by what they are grouped; empty for no gauges
 * @param maxGroups groups of each grouping that get a gauge
 */
@Validated
@ConfigurationProperties("frontdoor.group-gauges")
public record GroupGaugeProperties(
        @DefaultValue @Size(max = 8, message = "must have at most 8 entries")
                List<
                                @Pattern(
                                        regexp =
                                                "namespace|taskQueue|node|activityType|userAgent|label:.{1,64}",
                                        message =
                                                "must be namespace, taskQueue, node, activityType,"
                                                        + " userAgent or label:NAME")
                                String>
                        by,
        @DefaultValue("20") @Min(1) @Max(100) int maxGroups) {

    /** Copies the list. */
    public GroupGaugeProperties {
        by = List.copyOf(by);
    }
}
