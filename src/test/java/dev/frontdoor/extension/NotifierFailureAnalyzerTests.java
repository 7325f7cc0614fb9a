package dev.frontdoor.extension;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;

import java.nio.file.Path;
import java.util.zip.ZipException;

class NotifierFailureAnalyzerTests {

    private final NotifierFailureAnalyzer analyzer = new NotifierFailureAnalyzer();

    @Test
    void brokenJarIsNamedWithItsProblem() {
        Exception cause = new ZipException("no zip");
        assertThat(
                        describe(
                                new IllegalStateException(
                                        new BrokenNotifierJarException(
                                                Path.of("x.jar"), "it is not a jar", cause))))
                .isEqualTo("notifier jar x.jar: it is not a jar");
    }

    @Test
    void beanThatLacksAClassIsNamed() {
        assertThat(
                        describe(
                                new BeanCreationException(
                                        "ledger",
                                        "cannot be made",
                                        new NoClassDefFoundError("com/example/Library"))))
                .startsWith("bean 'ledger': ")
                .contains("com/example/Library");
    }

    @Test
    void classForANewerJavaIsNamedWithWhereItLies() {
        String name = getClass().getName().replace('.', '/');
        Throwable newer =
                new UnsupportedClassVersionError(
                        name + " has been compiled by a more recent version");
        assertThat(describe(new IllegalStateException("cannot start", newer)))
                .contains(name + " has been compiled")
                .contains("(while using file:")
                .contains("NotifierFailureAnalyzerTests.class)");
    }

    @Test
    void classWhoseMembersCannotBeListedIsNamedWithWhereItLies() {
        Throwable missing = new NoClassDefFoundError("com/example/Library");
        missing.setStackTrace(new StackTraceElement[0]);
        assertThat(
                        describe(
                                new IllegalStateException(
                                        "Failed to introspect Class [%s] from ClassLoader [x]"
                                                .formatted(getClass().getName()),
                                        missing)))
                .contains("com/example/Library (while using file:")
                .contains("NotifierFailureAnalyzerTests.class)");
    }

    @Test
    void whereItLiesIsLeftOutIfNothingTells() {
        Throwable missing = new NoClassDefFoundError("com/example/Library");
        missing.setStackTrace(new StackTraceElement[0]);
        assertThat(describe(missing)).isEqualTo(missing.toString());
    }

    @Test
    void otherFailuresAreLeftToOthers() {
        assertThat(analyzer.analyze(new BeanCreationException("ledger", "no database"))).isNull();
    }

    private @Nullable String describe(Throwable failure) {
        FailureAnalysis analysis = analyzer.analyze(failure);
        return analysis == null ? null : analysis.getDescription();
    }
}
