package dev.frontdoor.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.test.server.LogLines;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ResourceLoader;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Directories of notifier jars that hold what they should not. */
class NotifierFoldersTests {

    private static final String NOTIFIER =
            """
            package com.example;
            public class Billing implements dev.frontdoor.notifier.ConnectionNotifier {
                @Override public void onWorkerRegistered(
                        long pid, dev.frontdoor.protocol.WorkerRegistration registration) {}
                @Override public void onWorkerUnregistered(long pid) {}
            }
            """;

    private final @Nullable ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final LogLines log = new LogLines(NotifierJars.class);
    private final SpringApplication application = new SpringApplication();

    @TempDir Path directory;

    @AfterEach
    void closeJars() throws IOException {
        log.close();
        Thread.currentThread().setContextClassLoader(before);
        ResourceLoader resources = application.getResourceLoader();
        if (resources != null && resources.getClassLoader() instanceof Closeable jars) {
            jars.close();
        }
    }

    @Test
    void linkToADirectoryThatContainsItIsSkipped() throws IOException {
        billing("jars/billing/billing.jar");
        Path jars = directory.resolve("jars");
        Files.createSymbolicLink(jars.resolve("again"), jars);

        load();

        assertLoaded();
        assertThat(log.at("WARN"))
                .singleElement()
                .asString()
                .contains("skipping", "jars/again", "a directory that contains it");
    }

    @Test
    void linkToNothingIsSkipped() throws IOException {
        billing("jars/billing.jar");
        Files.createSymbolicLink(
                directory.resolve("jars/gone.jar"), directory.resolve("nowhere.jar"));

        load();

        assertLoaded();
        assertThat(log.at("WARN"))
                .singleElement()
                .asString()
                .contains("skipping", "gone.jar", "does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jars/.billing.jar", "jars/.hidden/billing.jar"})
    void hiddenJarIsNotLoadedAndNamed(String jar) throws IOException {
        billing(jar);

        load();

        assertThat(log.at("INFO")).isEmpty();
        assertThat(log.at("WARN"))
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

        assertThatThrownBy(this::load)
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

        load();

        assertLoaded();
        assertThat(log.at("WARN")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jars", "jars/billing", "jars/billing/billing.jar"})
    void whatAnyoneMayWriteToIsNamed(String writable) throws IOException {
        billing("jars/billing/billing.jar");
        Files.setPosixFilePermissions(
                directory.resolve(writable), PosixFilePermissions.fromString("rwxrwxrwx"));

        load();

        assertLoaded();
        assertThat(log.at("WARN"))
                .singleElement()
                .asString()
                .contains("any user of this machine may write to", writable);
    }

    private void assertLoaded() {
        assertThat(log.at("INFO"))
                .singleElement()
                .asString()
                .contains("billing.jar declares [com.example.Billing]");
    }

    private void billing(String jar) throws IOException {
        Path _ =
                SourceJar.in(directory)
                        .with("com.example.Billing", NOTIFIER)
                        .declaring("com.example.Billing")
                        .writeTo(directory.resolve(jar));
    }

    private void load() {
        StandardEnvironment environment = new StandardEnvironment();
        String path = directory.resolve("jars").toString();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("given", Map.of(NotifierJars.PATH, path)));
        Log commons = LogFactory.getLog(NotifierJars.class);
        new NotifierJars(_ -> commons).postProcessEnvironment(environment, application);
    }
}
