package dev.frontdoor.extension;

import dev.frontdoor.invocation.NotifierProperties;

import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.DefaultResourceLoader;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Puts the jars of {@code frontdoor.notifiers.path} on the class path, so that what they list in
 * their auto-configuration imports file becomes part of the application. A relative directory is
 * looked for beside the executable jar and in the working directory; jars may lie in it or in a
 * folder of it.
 */
final class NotifierJars implements EnvironmentPostProcessor, Ordered {

    static final String PATH = NotifierProperties.PREFIX + "path";

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
        NotifierDirectories directories =
                new NotifierDirectories(
                        Binder.get(environment)
                                .bind(PATH, Bindable.listOf(String.class))
                                .orElse(List.of()));
        directories.warnings().forEach(log::warn);
        List<NotifierJar> jars = directories.jars().stream().map(NotifierJar::read).toList();
        if (jars.isEmpty()) {
            return;
        }
        jars.forEach(jar -> requireInside(directories, jar));
        ClassLoader service = application.getClassLoader();
        ClassLoader loader =
                new URLClassLoader(
                        "notifiers",
                        jars.stream().map(NotifierJars::url).toArray(URL[]::new),
                        service);
        for (NotifierJar jar : jars) {
            jar.declared().forEach(name -> requireLoadable(jar.path(), name, loader));
            log.info("notifier jar %s declares %s".formatted(jar, jar.declared()));
            warnOfOtherVersion(jar, loader);
        }
        new JarComparison(jars, service).warnings().forEach(log::warn);
        application.setResourceLoader(new DefaultResourceLoader(loader));
        Thread.currentThread().setContextClassLoader(loader);
    }

    private void warnOfOtherVersion(NotifierJar jar, ClassLoader loader) {
        Set<String> problems = InterfaceCheck.problems(jar, loader);
        if (!problems.isEmpty()) {
            log.warn(
                    "notifier jar %s was compiled against another version of this service: %s, which this version does not have (%s such uses in all). Compile it against this version"
                            .formatted(jar, problems.iterator().next(), problems.size()));
        }
    }

    /** A jar must not bring in code from elsewhere, which the class loader would load with it. */
    private static void requireInside(NotifierDirectories directories, NotifierJar jar) {
        for (String entry : jar.classPath()) {
            if (!isInside(directories, jar.path().toUri(), entry)) {
                throw new BrokenNotifierJarException(
                        jar.path(),
                        "Class-Path in its manifest names %s, which is not in a directory of %s"
                                .formatted(entry, PATH),
                        null);
            }
        }
    }

    private static boolean isInside(NotifierDirectories directories, URI jar, String entry) {
        try {
            URI target = jar.resolve(entry);
            return "file".equals(target.getScheme())
                    && directories.contain(Path.of(target).normalize());
        } catch (IllegalArgumentException e) {
            return false;
        }
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

    private static URL url(NotifierJar jar) {
        try {
            return jar.path().toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a file has a URL", e);
        }
    }
}
