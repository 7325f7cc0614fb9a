package dev.frontdoor.extension;

import dev.frontdoor.invocation.NotifierProperties;

import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.boot.system.ApplicationHome;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.DefaultResourceLoader;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Puts the jars of {@code frontdoor.notifiers.path} on the class path, so that what they list in
 * their auto-configuration imports file becomes part of the application. A relative directory is
 * looked for beside the executable jar and in the working directory; jars may lie in it or in a
 * folder of it.
 */
final class NotifierJars implements EnvironmentPostProcessor, Ordered {

    static final String PATH = NotifierProperties.PREFIX + "path";

    private static final String IMPORTS =
            "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

    private final Log log;

    NotifierJars(DeferredLogFactory logs) {
        log = logs.getLog(NotifierJars.class);
    }

    /** After the configuration files, of which one may hold the path. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    /**
     * Adds the jars.
     *
     * @throws BrokenNotifierJarException for a jar that cannot be used
     */
    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        List<String> directories =
                Binder.get(environment).bind(PATH, Bindable.listOf(String.class)).orElse(List.of());
        List<Path> jars = directories.stream().flatMap(NotifierJars::jarsIn).distinct().toList();
        if (jars.isEmpty()) {
            return;
        }
        ClassLoader loader =
                new URLClassLoader(
                        "notifiers",
                        jars.stream().map(NotifierJars::url).toArray(URL[]::new),
                        application.getClassLoader());
        for (Path jar : jars) {
            List<String> declared = declaredIn(jar);
            declared.forEach(name -> requireLoadable(jar, name, loader));
            log.info("notifier jar %s declares %s".formatted(jar, declared));
        }
        application.setResourceLoader(new DefaultResourceLoader(loader));
        Thread.currentThread().setContextClassLoader(loader);
    }

    private static Stream<Path> jarsIn(String directory) {
        Path besideJar = new ApplicationHome(NotifierJars.class).getDir().toPath();
        return Stream.of(besideJar.resolve(directory), Path.of(directory))
                .map(path -> path.toAbsolutePath().normalize())
                .filter(Files::isDirectory)
                .distinct()
                .flatMap(path -> list(path).stream());
    }

    /** In order of name, so that the class path does not depend on the file system. */
    private static Set<Path> list(Path directory) {
        try (Stream<Path> files = Files.walk(directory, 2, FileVisitOption.FOLLOW_LINKS)) {
            return new TreeSet<>(files.filter(file -> file.toString().endsWith(".jar")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    private static List<String> declaredIn(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            ZipEntry imports = file.getEntry(IMPORTS);
            return imports == null ? List.of() : lines(file, imports);
        } catch (IOException e) {
            throw new BrokenNotifierJarException(jar, "it is not a readable jar", e);
        }
    }

    private static List<String> lines(JarFile file, ZipEntry entry) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                file.getInputStream(entry), StandardCharsets.UTF_8))) {
            reader.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .forEach(lines::add);
        }
        return lines;
    }

    private static void requireLoadable(Path jar, String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new BrokenNotifierJarException(
                    jar, "its imports file names %s, which is not there".formatted(name), e);
        } catch (UnsupportedClassVersionError e) {
            throw new BrokenNotifierJarException(
                    jar,
                    "%s is compiled for a newer Java than the %s this service runs on"
                            .formatted(name, Runtime.version().feature()),
                    e);
        } catch (LinkageError e) {
            throw new BrokenNotifierJarException(
                    jar, "%s cannot be loaded: %s".formatted(name, e), e);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a file has a URL", e);
        }
    }
}
