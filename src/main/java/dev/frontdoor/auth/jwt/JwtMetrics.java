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
    private final Names names;
    private final Counter signatures;
    private final Timer fetched;
    private final Timer failed;

    private JwtMetrics(MeterRegistry meters, Names names) {
        this.meters = meters;
        this.names = names;
        this.signatures =
                Counter.builder(names.signatures)
                        .description("Signatures of JWTs that were checked")
                        .register(meters);
        this.fetched = fetches("success");
        this.failed = fetches("failure");
    }

    /** Meters of the issuer of workers' tokens. */
    static JwtMetrics ofWorkers(MeterRegistry meters) {
        return new JwtMetrics(
                meters,
                new Names(
                        "frontdoor.authentication.signatures",
                        "frontdoor.authentication.key.fetches",
                        "frontdoor.authentication.keys",
                        "frontdoor.authentication.verified.tokens"));
    }

    /** Meters of the issuer of operators' tokens. */
    static JwtMetrics ofOperators(MeterRegistry meters) {
        return new JwtMetrics(
                meters,
                new Names(
                        "frontdoor.management.authentication.signatures",
                        "frontdoor.management.authentication.key.fetches",
                        "frontdoor.management.authentication.keys",
                        "frontdoor.management.authentication.verified.tokens"));
    }

    private Timer fetches(String outcome) {
        return Timer.builder(names.fetches)
                .description("Requests for the keys of the issuer of JWTs")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** Shows how many keys are in force, and how many tokens are remembered. */
    void show(Supplier<Number> keys, Supplier<Number> remembered) {
        Gauge.builder(names.keys, keys)
                .description("Keys by which the signatures of JWTs are checked")
                .register(meters);
        Gauge.builder(names.verified, remembered)
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

    private record Names(String signatures, String fetches, String keys, String verified) {}
}
