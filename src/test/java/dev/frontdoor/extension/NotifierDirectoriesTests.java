package dev.frontdoor.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What the start says about the directories of notifier jars, and what it loads from them. */
class NotifierDirectoriesTests {

    private static final String NOTIFIER =
            """
            package com.example;
            public class Billing implements dev.frontdoor.notifier.ConnectionNotifier {
                @Override public void onWorkerRegistered(
                        long pid, dev.frontdoor.protocol.WorkerRegistration registration) {}
                @Override public void onWorkerUnregistered(long pid) {}
            }
            """;

    @AutoClose private final NotifierJarsFixture fixture = new NotifierJarsFixture();

    @TempDir Path directory;

    @Test
    void directoryThatDoesNotExistIsNamed() {
        load("nowhere");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("frontdoor.notifiers.path", "no directory", "nowhere");
    }

    @Test
    void directoryWithoutAJarIsNamed() throws IOException {
        Files.createDirectories(directory.resolve("empty"));

        load("empty");

        assertThat(fixture.warnings()).singleElement().asString().contains("empty", "holds no jar");
    }

    @Test
    void folderWithoutAJarIsNamed() throws IOException {
        Files.createDirectories(directory.resolve("jars/audit"));
        Path _ = billing("jars/billing/billing.jar");

        load("jars");

        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("jars/audit", "holds no jar");
    }

    @Test
    void defaultDirectoryNeedNotExist() {
        fixture.load("notifiers");

        assertThat(fixture.warnings()).isEmpty();
    }

    @Test
    void linkToAJarIsNoSecondJar() throws IOException {
        Path jar = billing("jars/..data/billing.jar");
        Files.createSymbolicLink(directory.resolve("jars/billing.jar"), jar);

        load("jars");

        assertThat(fixture.warnings()).isEmpty();
    }

    @Test
    void linkToADirectoryThatContainsItIsSkipped() throws IOException {
        Path _ = billing("jars/billing/billing.jar");
        Path jars = directory.resolve("jars");
        Files.createSymbolicLink(jars.resolve("again"), jars);

        load("jars");

        assertLoaded();
        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("skipping", "jars/again", "a directory that contains it");
    }

    @Test
    void linkToNothingIsSkipped() throws IOException {
        Path _ = billing("jars/billing.jar");
        Files.createSymbolicLink(
                directory.resolve("jars/gone.jar"), directory.resolve("nowhere.jar"));

        load("jars");

        assertLoaded();
        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("skipping", "gone.jar", "does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jars/.billing.jar", "jars/.hidden/billing.jar"})
    void hiddenJarIsNotLoadedAndNamed(String jar) throws IOException {
        Path _ = billing(jar);

        load("jars");

        assertThat(fixture.information()).isEmpty();
        assertThat(fixture.warnings())
                .anySatisfy(line -> assertThat(line).contains("the hidden jar", jar, "not loaded"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside.jar",
                "library.jar ../../outside.jar",
                "/etc/outside.jar",
                "file:///etc/outside.jar",
                "http://localhost/outside.jar",
                "nested/../../outside.jar",
                "//outside/outside.jar"
            })
    void jarWhoseManifestNamesAJarElsewhereEndsTheStart(String classPath) throws IOException {
        SourceJar.in(directory)
                .with("com.example.Billing", NOTIFIER)
                .declaring("com.example.Billing")
                .classPath(classPath)
                .writeTo(directory.resolve("jars/billing.jar"));

        assertThatThrownBy(() -> load("jars"))
                .isInstanceOf(BrokenNotifierJarException.class)
                .hasMessageContainingAll("billing.jar", "Class-Path", "outside.jar");
    }

    @Test
    void manifestMayNameJarsOfTheDirectories() throws IOException {
        SourceJar.in(directory)
                .with("com.example.Billing", NOTIFIER)
                .declaring("com.example.Billing")
                .classPath("library.jar ../other.jar")
                .writeTo(directory.resolve("jars/billing/billing.jar"));

        load("jars");

        assertLoaded();
        assertThat(fixture.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jars", "jars/billing", "jars/billing/billing.jar"})
    void whatAnyoneMayWriteToIsNamed(String writable) throws IOException {
        Path _ = billing("jars/billing/billing.jar");
        Files.setPosixFilePermissions(
                directory.resolve(writable), PosixFilePermissions.fromString("rwxrwxrwx"));

        load("jars");

        assertLoaded();
        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .contains("any user of this machine may write to", writable);
    }

    private void assertLoaded() {
        assertThat(fixture.information())
                .singleElement()
                .asString()
                .contains("billing.jar declares [com.example.Billing]");
    }

    private Path billing(String jar) throws IOException {
        return SourceJar.in(directory)
                .with("com.example.Billing", NOTIFIER)
                .declaring("com.example.Billing")
                .writeTo(directory.resolve(jar));
    }

    private void load(String path) {
        fixture.load(directory.resolve(path).toString());
    }
}
