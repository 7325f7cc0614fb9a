package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.stream.IntStream;

/** Which strings are stored once, and which are not stored. */
class StringInternerTests {

    private final StringInterner texts = new StringInterner();

    @Test
    void textsOfTwoWorkersAreTheSameObjects() {
        WorkerRegistration first = texts.share(registration("node-1", "one"));
        WorkerRegistration second = texts.share(registration("node-1", "two"));

        assertThat(second.namespaces().get(1)).isSameAs(first.namespaces().get(1));
        assertThat(second.taskQueue()).isSameAs(first.taskQueue());
        assertThat(second.node()).isSameAs(first.node());
        assertThat(second.activityTypes().getFirst()).isSameAs(first.activityTypes().getFirst());
        Activity activity = second.activities().getFirst();
        assertThat(activity.name()).isSameAs(first.activityTypes().getFirst());
        assertThat(activity.inputSchemaJson())
                .isSameAs(first.activities().getFirst().inputSchemaJson());
    }

    @Test
    void registrationStaysEqualWhateverItHolds() {
        for (WorkerRegistration registration :
                List.of(
                        registration("node-1", "one"),
                        registration(null, ""),
                        registration("", "one"),
                        new WorkerRegistration(List.of(), "", null, List.of(), "", List.of()))) {
            assertThat(texts.share(registration)).isEqualTo(registration);
        }
    }

    @Test
    void moreTextsThanPlacesAreStillThemselves() {
        for (int i = 0; i < 20_000; i++) {
            WorkerRegistration registration = registration("node-" + i, "one");
            assertThat(texts.share(registration)).isEqualTo(registration);
        }
    }

    @Test
    void textThatNobodyHoldsIsForgotten() {
        WeakReference<@Nullable String> node = new WeakReference<>(sharedNode());

        RegistrationFixture.eventually()
                .until(() -> {
                    System.gc();
                    return node.get() == null;
                });
    }

    @Test
    void sharingIsSafeOnManyThreads() {
        boolean equal =
                IntStream.range(0, 50_000)
                        .parallel()
                        .mapToObj(i -> registration("node-" + i % 100, "one"))
                        .allMatch(registration -> texts.share(registration).equals(registration));

        assertThat(equal).isTrue();
    }

    private @Nullable String sharedNode() {
        return texts.share(registration("short-lived-node", "one")).node();
    }

    /** A new string object, as decoding makes one. */
    private static WorkerRegistration registration(@Nullable String node, String identity) {
        return new WorkerRegistration(
                List.of(copy("billing"), copy("billing-eu")),
                copy("default"),
                node == null ? null : copy(node),
                List.of(copy("charge")),
                identity,
                List.of(new Activity(copy("charge"), copy("{\"type\":\"object\"}"), copy("{}"))));
    }

    private static String copy(String text) {
        return new String(text.toCharArray());
    }
}
