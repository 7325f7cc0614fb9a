package dev.frontdoor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.registration.CloseCause;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The alert, the dashboard and the runbook agree on which closes are abnormal. */
class AbnormalCloseTests {

    /** An operator wants these, or an alert of its own covers them. */
    private static final Set<CloseCause> ORDINARY =
            EnumSet.of(
                    CloseCause.SERVICE_RESTART,
                    CloseCause.MOVED,
                    CloseCause.CONNECTION_AGE,
                    CloseCause.CONNECTION_LIMIT,
                    CloseCause.DISCONNECTED,
                    CloseCause.REPLACED,
                    CloseCause.EVICTED);

    private static final Pattern CODES = Pattern.compile("code=~\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("\\b[1-4][0-9]{3}\\b");

    @Test
    void everyQueryCountsTheSameCodes() {
        List<String> patterns =
                Stream.concat(Queries.ofAlerts().stream(), Queries.ofDashboard().stream())
                        .flatMap(query -> CODES.matcher(query).results())
                        .map(found -> found.group(1))
                        .toList();

        assertThat(patterns)
                .hasSizeGreaterThan(2)
                .allSatisfy(pattern -> assertThat(matching(pattern)).isEqualTo(abnormal()));
    }

    @Test
    void runbookExplainsTheSameCodes() throws IOException {
        String runbook = Files.readString(Path.of("docs", "runbook.md"));
        String section =
                runbook.substring(
                        runbook.indexOf("### FrontDoorAbnormalCloses"),
                        runbook.indexOf("### FrontDoorUpgradesRefused"));
        Set<Integer> explained = new TreeSet<>();
        section.lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.substring(0, line.indexOf('|', 1)))
                .flatMap(cell -> CODE.matcher(cell).results())
                .map(MatchResult::group)
                .map(Integer::valueOf)
                .forEach(explained::add);

        assertThat(explained).isEqualTo(abnormal());
    }

    /** Those of the service, and an end without a close. */
    private static Set<Integer> abnormal() {
        Set<Integer> codes = new TreeSet<>(Set.of(1006));
        Arrays.stream(CloseCause.values())
                .filter(cause -> !ORDINARY.contains(cause))
                .map(CloseCause::code)
                .forEach(codes::add);
        return codes;
    }

    private static Set<Integer> matching(String pattern) {
        Set<Integer> codes = new TreeSet<>();
        for (int code = 1000; code < 5000; code++) {
            if (Integer.toString(code).matches(pattern)) {
                codes.add(code);
            }
        }
        return codes;
    }
}
