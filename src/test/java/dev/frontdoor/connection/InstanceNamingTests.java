package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.core.env.StandardEnvironment;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

class InstanceNamingTests {

    @Test
    void theNameIsThePlaceAndTheStart() {
        Instant before = Instant.now();

        String[] name = nameAt("door-1").split("/");

        assertThat(name).hasSize(2);
        assertThat(name[0]).isEqualTo("door-1");
        assertThat(Instant.EPOCH.plusNanos(Long.parseLong(name[1], 36)))
                .isBetween(
                        before.minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)));
        assertThat(name[1]).matches("[0-9a-z]+");
    }

    @Test
    void startsAtOnePlaceHaveDifferentNames() {
        Set<String> names = new HashSet<>();
        long start = System.nanoTime();
        int starts = 0;
        // More than a clock of milliseconds could tell apart.
        while (starts < 100 || System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(2)) {
            names.add(nameAt("door-1"));
            starts++;
        }

        assertThat(names).hasSize(starts);
    }

    @Test
    void theHostIsThePlaceByDefault() {
        assertThat(nameAt("${frontdoor.default-place}")).matches("[^$/]+/[0-9a-z]+");
    }

    @Test
    void noOtherSettingChangesTheName() {
        StandardEnvironment environment = new StandardEnvironment();
        TestPropertyValues.of("frontdoor.instance=door-1", "frontdoor.instance-name=x")
                .applyTo(environment);

        assertThat(nameIn(environment)).startsWith("door-1/");
    }

    private static String nameAt(String place) {
        StandardEnvironment environment = new StandardEnvironment();
        TestPropertyValues.of("frontdoor.instance=" + place).applyTo(environment);
        return nameIn(environment);
    }

    private static String nameIn(StandardEnvironment environment) {
        new InstanceNaming().postProcessEnvironment(environment, new SpringApplication());
        return environment.getRequiredProperty(InstanceNaming.NAME);
    }
}
