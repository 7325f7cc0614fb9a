package dev.frontdoor.bench;

import java.util.Arrays;
import java.util.Locale;

/** What is measured. */
enum Workload {
    ENTER("connect, register, close"),
    ENTER_AT_RATE("connect, register, close at a fixed rate"),
    REGISTER_AGAIN("register again"),
    PING("ping"),
    PUBLISH("publish"),
    PUSH("push"),
    IDLE("idle memory"),
    MASS_DISCONNECT("mass disconnect"),
    STORM("reconnect storm"),
    STEADY("steady, one of three notifiers stalled"),
    TABLE("table endpoint"),
    OPERATORS("operators"),
    PUSH_ACROSS("push across instances"),
    START("start"),
    CODEC("codec");

    private final String label;

    Workload(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    static Workload of(String name) {
        return Arrays.stream(values())
                .filter(workload -> workload.argument().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'%s' is no workload: %s"
                                        .formatted(
                                                name,
                                                Arrays.stream(values())
                                                        .map(Workload::argument)
                                                        .toList())));
    }

    /** Its name on the command line. */
    String argument() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
