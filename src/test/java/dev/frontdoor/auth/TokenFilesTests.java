package dev.frontdoor.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class TokenFilesTests {

    @TempDir Path directory;

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void pipeIsNotWaitedFor() throws Exception {
        Path pipe = directory.resolve("pipe");
        assumeTrue(
                new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0,
                "the system has named pipes");

        assertThat(new TokenFiles(List.of(directory)).read())
                .containsEntry(pipe, new TokenFiles.Fault("it is no regular file"));
    }

    @Test
    void linksThatLeadToEachOtherAreNoTokens() throws Exception {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        Files.createSymbolicLink(first, second);
        Files.createSymbolicLink(second, first);

        assertThat(new TokenFiles(List.of(directory)).read())
                .hasSize(2)
                .allSatisfy(
                        (_, content) -> assertThat(content).isInstanceOf(TokenFiles.Fault.class));
    }
}
