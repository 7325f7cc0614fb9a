package dev.frontdoor.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.HttpResponse;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The size of a page of {@code /actuator/registrations} does not depend on what workers declare.
 */
@OpenServerTest
class RegistrationPagesIntegrationTests {

    private static final String PATH = "/actuator/registrations";
    private static final int MAX_PAGE_SIZE = 2 * 1024 * 1024;

    private final ServerUnderTest server;
    private final ScriptedNotifier firstNotifier;
    private final List<TestWorker> connected = new ArrayList<>();

    RegistrationPagesIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.firstNotifier = firstNotifier;
    }

    @BeforeEach
    void beginWithNobody() {
        server.expectNobody();
    }

    @AfterEach
    void nobodyIsLeft() {
        connected.forEach(TestWorker::close);
        server.expectNobody();
    }

    @Test
    void longTextIsTruncatedInRowsAndWholeInDetail() throws Exception {
        String text = "y".repeat(900);
        long pid =
                register(
                        Registrations.of(text)
                                .namespaces(text)
                                .taskQueue(text)
                                .node(text)
                                .activityTypes("short", text)
                                .build());

        JsonNode row = server.read(PATH).required("registrations").required(0);
        assertThat(row.required("truncated").booleanValue()).isTrue();
        for (String name : List.of("identity", "taskQueue", "node")) {
            assertThat(row.required(name).stringValue()).isEqualTo("y".repeat(200) + "...");
        }
        assertThat(row.required("namespaces").required(0).stringValue()).hasSize(203);
        assertThat(row.required("activityTypes").required(0).stringValue()).isEqualTo("short");
        assertThat(row.required("activityTypes").required(1).stringValue()).hasSize(203);

        JsonNode detail = server.read(PATH + "/" + pid);
        assertThat(detail.required("truncated").booleanValue()).isFalse();
        assertThat(detail.required("identity").stringValue()).isEqualTo(text);
        assertThat(detail.required("activityTypes").required(1).stringValue()).isEqualTo(text);
        assertThat(server.read(PATH + "?identity=" + text).required("matching").intValue()).isOne();
    }

    @Test
    void longListIsTruncatedInRowsAndWholeInDetail() throws Exception {
        String[] types = IntStream.range(0, 101).mapToObj(i -> "t" + i).toArray(String[]::new);
        long pid = register(Registrations.of("many").activityTypes(types).build());

        JsonNode row = server.read(PATH).required("registrations").required(0);
        assertThat(row.required("truncated").booleanValue()).isTrue();
        assertThat(row.required("activityTypes").size()).isEqualTo(100);
        JsonNode detail = server.read(PATH + "/" + pid);
        assertThat(detail.required("activityTypes").size()).isEqualTo(101);
    }

    @Test
    void pageEndsAtItsMaximumSizeAndTheNextContinuesIt() throws Exception {
        String[] names = Collections.nCopies(100, "\"".repeat(200)).toArray(String[]::new);
        List<Long> pids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            WorkerRegistration registration =
                    Registrations.of("large-" + i).namespaces(names).activityTypes(names).build();
            pids.addFirst(register(registration));
        }

        List<Long> read = new ArrayList<>();
        int pages = 0;
        for (String query = "?limit=1000"; !query.isEmpty(); pages++) {
            HttpResponse response = server.ask(PATH + query);
            assertThat(response.status()).isEqualTo(200);
            JsonNode page = JsonMapper.shared().readTree(response.body());
            int rowSize = response.body().length() / page.required("registrations").size();
            assertThat(response.body().length()).isLessThan(MAX_PAGE_SIZE + 2 * rowSize);
            page.required("registrations")
                    .forEach(row -> read.add(row.required("pid").longValue()));
            JsonNode next = page.required("next");
            query = next.isNull() ? "" : "?limit=1000&before=" + next.longValue();
        }
        assertThat(read).isEqualTo(pids);
        assertThat(pages).isGreaterThan(1);
    }

    private long register(WorkerRegistration registration) throws Exception {
        TestWorker worker = server.connect();
        connected.add(worker);
        worker.register(registration);
        return firstNotifier.pidOf(registration.identity());
    }
}
