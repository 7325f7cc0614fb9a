package dev.frontdoor.extension;

import dev.frontdoor.test.server.LogLines;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ResourceLoader;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Loads notifier jars as the start does, and keeps what it logs. */
final class NotifierJarsFixture implements AutoCloseable {

    private final @Nullable ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final LogLines log = new LogLines(NotifierJars.class);
    private final SpringApplication application = new SpringApplication();

    /**
     * Loads the jars.
     *
     * @param path the value of {@code frontdoor.notifiers.path}
     */
    void load(String path) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("given", Map.of(NotifierJars.PATH, path)));
        Log commons = LogFactory.getLog(NotifierJars.class);
        new NotifierJars(_ -> commons).postProcessEnvironment(environment, application);
    }

    List<String> warnings() {
        return log.at("WARN");
    }

    List<String> information() {
        return log.at("INFO");
    }

    @Override
    public void close() throws IOException {
        log.close();
        Thread.currentThread().setContextClassLoader(before);
        ResourceLoader resources = application.getResourceLoader();
        if (resources != null && resources.getClassLoader() instanceof Closeable jars) {
            jars.close();
        }
    }
}
