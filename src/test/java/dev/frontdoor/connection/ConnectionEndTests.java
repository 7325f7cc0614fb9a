package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.registration.CloseCause;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Set;
import java.util.TreeSet;

/** The label of an end in metrics. */
class ConnectionEndTests {

    @ParameterizedTest
    @CsvSource({
        "1000, 1000",
        "1001, 1001",
        "1011, 1011",
        "1002, other",
        "1005, other",
        "2999, other",
        "3000, worker_3xxx",
        "3999, worker_3xxx",
        "4000, worker_4xxx",
        "4003, worker_4xxx",
        "4999, worker_4xxx",
        "5000, other",
        "65535, other"
    })
    void workersCodeIsOneOfFew(int code, String label) {
        assertThat(ConnectionEnd.byWorker(code, "").label()).isEqualTo(label);
        assertThat(ConnectionEnd.labels()).contains(label);
    }

    @ParameterizedTest
    @EnumSource
    void servicesCodeIsTheLabel(CloseCause cause) {
        String label = ConnectionEnd.byService(cause, "").label();
        assertThat(label).isEqualTo(Integer.toString(cause.code()));
        assertThat(ConnectionEnd.labels()).contains(label);
    }

    @Test
    void brokenConnectionIs1006() {
        assertThat(ConnectionEnd.broken("gone").label()).isEqualTo("1006");
        assertThat(ConnectionEnd.labels()).contains("1006");
    }

    @Test
    void noOtherLabelIsPossible() {
        Set<String> possible = new TreeSet<>();
        for (int code = 0; code <= 65_535; code++) {
            possible.add(ConnectionEnd.byWorker(code, "").label());
        }
        assertThat(ConnectionEnd.labels()).containsAll(possible);
    }
}
