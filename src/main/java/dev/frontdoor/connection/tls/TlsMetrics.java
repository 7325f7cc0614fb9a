package dev.frontdoor.connection.tls;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import java.time.Instant;
import java.util.function.ToDoubleFunction;

/** Shows of each SSL bundle when its certificate expires, and whether its last update is in use. */
final class TlsMetrics implements MeterBinder {

    private final CheckedSslBundles bundles;

    TlsMetrics(CheckedSslBundles bundles) {
        this.bundles = bundles;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        for (BundleStatus bundle : bundles.statuses()) {
            if (bundle.expiresAt() != null) {
                Gauge.builder(
                                "frontdoor.tls.certificate.expiry",
                                bundles,
                                value(bundle.name(), TlsMetrics::expiry))
                        .description("When the certificate in use expires, in Unix time")
                        .baseUnit("seconds")
                        .tag("bundle", bundle.name())
                        .register(meters);
            }
            Gauge.builder(
                            "frontdoor.tls.update.refused",
                            bundles,
                            value(bundle.name(), status -> status.fault() == null ? 0 : 1))
                    .description("Whether the present files of an SSL bundle are not in use")
                    .tag("bundle", bundle.name())
                    .register(meters);
        }
    }

    private static ToDoubleFunction<CheckedSslBundles> value(
            String name, ToDoubleFunction<BundleStatus> value) {
        return bundles ->
                bundles.statuses().stream()
                        .filter(status -> status.name().equals(name))
                        .mapToDouble(value)
                        .findAny()
                        .orElse(Double.NaN);
    }

    private static double expiry(BundleStatus status) {
        Instant expiresAt = status.expiresAt();
        return expiresAt == null ? Double.NaN : expiresAt.getEpochSecond();
    }
}
