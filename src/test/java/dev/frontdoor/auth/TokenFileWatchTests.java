package dev.frontdoor.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.test.server.SecretDirectory;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.system.CapturedOutput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

@ExtendWith(LoggedOutputExtension.class)
class TokenFileWatchTests {

    private final NamedTokens tokens = new NamedTokens(List.of(), "frontdoor.auth", Map.of());
    private final Path folder;
    private @Nullable TokenFileWatch watch;

    TokenFileWatchTests(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void close() {
        if (watch != null) {
            watch.close();
        }
    }

    @Test
    void everyFileOfADirectoryIsATokenOfItsName() throws IOException {
        write("web", "one");
        write("batch", "two\n");
        write("windows", "three\r\n");
        write(".hidden", "four");
        Files.createDirectory(folder.resolve("..data"));
        watch(folder);

        assertThat(principalOf("one")).isEqualTo("web");
        assertThat(principalOf("two")).isEqualTo("batch");
        assertThat(principalOf("three")).isEqualTo("windows");
        assertThat(principalOf("four")).isNull();
    }

    @Test
    void singleFileIsATokenToo() throws IOException {
        watch(write("web", "one"));

        assertThat(principalOf("one")).isEqualTo("web");
    }

    @Test
    void changeCountsOnceTwoReadsHaveFoundIt() throws IOException {
        write("web", "old");
        watch(folder);
        Accepted old = known("old");
        write("web", "new");

        readAgain();
        assertThat(principalOf("old")).isEqualTo("web");
        assertThat(principalOf("new")).isNull();

        readAgain();
        assertThat(principalOf("new")).isEqualTo("web");
        assertThat(principalOf("old")).isNull();
        assertThat(old.credential().isRevoked()).isTrue();
    }

    @Test
    void halfWrittenFileIsNeverInForce() throws IOException {
        write("web", "secret-token");
        watch(folder);
        Accepted accepted = known("secret-token");

        for (String half : new String[] {"", "n", "new-sec"}) {
            write("web", half);
            readAgain();
            assertThat(principalOf("n")).isNull();
            assertThat(principalOf("new-sec")).isNull();
        }
        write("web", "secret-token");
        readAgain();
        readAgain();

        assertThat(find("secret-token")).isSameAs(accepted);
        assertThat(accepted.credential().isRevoked()).isFalse();
    }

    @Test
    void fileThatIsMissingForAMomentRevokesNobody() throws IOException {
        Path file = write("web", "one");
        watch(folder);
        Accepted accepted = known("one");

        for (int i = 0; i < 5; i++) {
            Files.delete(file);
            readAgain();
            assertThat(principalOf("one")).isEqualTo("web");
            write("web", "one");
            readAgain();
        }

        assertThat(accepted.credential().isRevoked()).isFalse();
    }

    @Test
    void directoryThatIsMissingForAMomentRevokesNobodyAndForLongerEverybody() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("tokens"));
        Path aside = folder.resolve("aside");
        Files.writeString(directory.resolve("web"), "one");
        watch(directory);
        Accepted accepted = known("one");

        Files.move(directory, aside);
        readAgain();
        Files.move(aside, directory);
        readAgain();
        assertThat(accepted.credential().isRevoked()).isFalse();

        Files.move(directory, aside);
        readAgain();
        readAgain();
        assertThat(accepted.credential().isRevoked()).isTrue();
    }

    @Test
    void swapOfTheDataLinkOfASecretIsFollowed() {
        SecretDirectory secret = new SecretDirectory(folder).put("web", "one");
        watch(folder);
        Accepted one = known("one");
        secret.put("batch", "three");
        readAgain();
        readAgain();
        assertThat(find("one")).isSameAs(one);
        assertThat(principalOf("three")).isEqualTo("batch");

        secret.put("web", "two");
        readAgain();
        readAgain();

        assertThat(principalOf("two")).isEqualTo("web");
        assertThat(one.credential().isRevoked()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", " one", "one ", "one\n\n", "one\t", "\u200Bone"})
    void fileThatIsNoTokenStopsTheStart(String text) throws IOException {
        Path file = write("web", text);

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> watch(folder))
                .satisfies(e -> {
                    assertThat(e.getName()).isEqualTo("frontdoor.auth.token-files");
                    assertThat(e.getValue()).isEqualTo(file);
                    assertThat(e.getReason()).startsWith("a token must ").doesNotContain("one");
                });
    }

    @Test
    void fileThatIsMissingStopsTheStart() {
        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> watch(folder.resolve("web")))
                .withMessageContaining("web");
    }

    @Test
    void fileThatIsNoTokenLaterIsLoggedOnceAndChangesNothing(CapturedOutput output)
            throws IOException {
        write("web", "one");
        watch(folder);
        Accepted accepted = known("one");

        write("web", "other-token ");
        for (int i = 0; i < 5; i++) {
            readAgain();
        }

        assertThat(find("one")).isSameAs(accepted);
        assertThat(accepted.credential().isRevoked()).isFalse();
        assertThat(output.getAll())
                .containsOnlyOnce("stays in force")
                .contains(folder.resolve("web").toString())
                .doesNotContain("other-token");
    }

    @Test
    void tooManyFilesChangeNothing(CapturedOutput output) throws IOException {
        write("web", "one");
        watch(folder);
        for (int i = 0; i < 1000; i++) {
            write("more-" + i, "token-" + i);
        }
        readAgain();
        readAgain();

        assertThat(tokens.count()).isEqualTo(1);
        assertThat(principalOf("one")).isEqualTo("web");
        assertThat(output.getAll()).containsOnlyOnce("more than 1000");
    }

    @Test
    void largeFileIsNoToken() throws IOException {
        write("web", "x".repeat(1024 * 1024));

        assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                .isThrownBy(() -> watch(folder))
                .satisfies(e -> assertThat(e.getReason()).contains("at most 16384"));
    }

    private void watch(Path path) {
        watch = new TokenFileWatch(List.of(path), tokens, "frontdoor.auth.token-files");
    }

    private void readAgain() {
        Objects.requireNonNull(watch).readAgain();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private @Nullable String principalOf(String token) {
        Accepted accepted = find(token);
        return accepted == null ? null : accepted.principal().name();
    }

    private Accepted known(String token) {
        return Objects.requireNonNull(find(token));
    }

    private @Nullable Accepted find(String token) {
        return tokens.check(
                                new PresentedCredentials(
                                        new Credentials(token, null, "192.0.2.1:4711", null)),
                                () -> true,
                                _ -> {})
                        instanceof Accepted accepted
                ? accepted
                : null;
    }
}
