package dev.frontdoor.auth.jwt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Counts the fetches of keys and the checks of signatures. A token that was checked before adds no
 * check; one without a key id adds one for each key that it is tried with.
 */
final class JwtMetrics {

    private final MeterRegistry meters;
    private final String prefix;
    private final Counter signatures;
    private final Timer fetched;
    private final Timer failed;

    /**
     * Meters of one issuer.
     *
     * @param prefix what their names begin with
     */
    JwtMetrics(MeterRegistry meters, String prefix) {
        this.meters = meters;
        this.prefix = prefix;
        this.signatures =
                Counter.builder(prefix + ".signatures")
                        .description("Signatures of JWTs that were checked")
                        .register(meters);
        this.fetched = fetches("success");
        this.failed = fetches("failure");
    }

    private Timer fetches(String outcome) {
        return Timer.builder(prefix + ".key.fetches")
                .description("Requests for the keys of the issuer of JWTs")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** Shows how many keys are in force, and how many tokens are remembered. */
    void show(Supplier<Number> keys, Supplier<Number> remembered) {
        Gauge.builder(prefix + ".keys", keys)
                .description("Keys by which the signatures of JWTs are checked")
                .register(meters);
        Gauge.builder(prefix + ".verified.tokens", remembered)
                .description("JWTs that need no further check of their signature")
                .register(meters);
    }

    void signatureChecked() {
        signatures.increment();
    }

    void fetched(Duration time) {
        fetched.record(time);
    }

    void failed(Duration time) {
        failed.record(time);
    }
}
