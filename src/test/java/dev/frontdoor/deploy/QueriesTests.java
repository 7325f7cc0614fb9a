package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Set;

/** Metrics and labels are found in every form of a query. */
class QueriesTests {

    private static final String QUERY =
            """
            histogram_quantile(0.95, sum by (notifier, le) (rate(a_bucket{job="x",pod=~".*"}[10m])))
            > 2 * max without (pod) (b:ratio offset 1h)
            and on (pod) min_over_time((c{outcome!="by (late)"} / d)[15m:1m]) == bool 1e3
            """;

    @Test
    void metricsAreNeitherFunctionsNorLabelsNorWords() {
        assertThat(Queries.metrics(QUERY)).containsExactly("a_bucket", "b:ratio", "c", "d");
    }

    @Test
    void labelsOfTheTargetAreNotTheServices() {
        assertThat(Queries.labels(QUERY))
                .isEqualTo(Map.of("a_bucket", Set.of(), "c", Set.of("outcome")));
        assertThat(Queries.groupings(QUERY)).containsExactly("le", "notifier");
    }

    @Test
    void noQueryIsWithoutAMetric() {
        assertThat(Queries.ofAlerts()).hasSizeGreaterThan(10);
        assertThat(Queries.ofAlerts()).allMatch(query -> !Queries.metrics(query).isEmpty());
        assertThat(Queries.ofDashboard()).hasSizeGreaterThan(30);
        assertThat(Queries.ofDashboard()).allMatch(query -> !Queries.metrics(query).isEmpty());
    }
}
