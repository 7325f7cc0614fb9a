package dev.frontdoor.auth;

import dev.frontdoor.auth.TokenFiles.Content;
import dev.frontdoor.auth.TokenFiles.Fault;
import dev.frontdoor.auth.TokenFiles.Token;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads the files of tokens again and again, on a thread of its own. A change counts once two reads
 * in a row have found it, so a file that is missing or half-written for a moment changes nothing. A
 * file that is no token changes nothing either, and is logged.
 */
final class TokenFileWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TokenFileWatch.class);

    private final String setting;
    private final TokenFiles files;
    private final NamedTokens tokens;
    private final ScheduledExecutorService executor;
    private final SortedMap<Path, NamedToken> inForce = new TreeMap<>();
    private SortedMap<Path, Content> lastRead;

    /**
     * Reads the files for the first time.
     *
     * @param setting what they are set by
     * @throws InvalidConfigurationPropertyValueException if one is missing, or is no token
     */
    TokenFileWatch(List<Path> paths, NamedTokens tokens, String setting) {
        this.setting = setting;
        this.files = new TokenFiles(paths);
        this.tokens = tokens;
        this.lastRead = files.read();
        requireExisting(paths);
        lastRead.forEach((file, content) -> {
            if (content instanceof Fault fault) {
                throw new InvalidConfigurationPropertyValueException(setting, file, fault.reason());
            }
        });
        apply(lastRead);
        executor =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("token-files").factory());
    }

    private void requireExisting(List<Path> paths) {
        for (Path path : paths) {
            if (!lastRead.containsKey(path) && !path.toFile().isDirectory()) {
                throw new InvalidConfigurationPropertyValueException(
                        setting, path, "There is no such file or directory.");
            }
        }
    }

    /** Whether there is a file or a directory to read. */
    boolean hasPaths() {
        return files.hasPaths();
    }

    /** Reads regularly from now on. */
    void start(Duration interval) {
        long nanos = interval.toNanos();
        Future<?> _ =
                executor.scheduleWithFixedDelay(
                        this::readAgain, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Reads once more, and applies what has not changed since the read before. */
    void readAgain() {
        try {
            SortedMap<Path, Content> read = files.read();
            logFaults(read);
            SortedMap<Path, Content> previous = lastRead;
            lastRead = read;
            SortedMap<Path, Content> confirmed = new TreeMap<>(read);
            confirmed.entrySet().removeIf(e -> !e.getValue().equals(previous.get(e.getKey())));
            boolean changed = inForce.keySet().removeIf(file -> isGone(file, read, previous));
            changed |= confirmed.entrySet().stream().anyMatch(this::isNew);
            if (changed) {
                apply(confirmed);
                log.info("the files of tokens have changed: {} are in force", tokens.count());
            }
        } catch (RuntimeException | Error e) {
            log.error("the files of tokens could not be read", e);
        }
    }

    /** A directory that cannot be read says nothing about its files. */
    private static boolean isGone(Path file, Map<Path, Content> read, Map<Path, Content> previous) {
        Path directory = file.getParent();
        return !read.containsKey(file)
                && !previous.containsKey(file)
                && !(directory != null && read.containsKey(directory));
    }

    private boolean isNew(Map.Entry<Path, Content> found) {
        return found.getValue() instanceof Token(NamedToken token)
                && !token.equals(inForce.get(found.getKey()));
    }

    private void apply(SortedMap<Path, Content> confirmed) {
        confirmed.forEach((file, content) -> {
            if (content instanceof Token(NamedToken token)) {
                inForce.put(file, token);
            }
        });
        tokens.replaceFiles(new ArrayList<>(inForce.values()));
    }

    /** Logs each fault when it is new. */
    private void logFaults(SortedMap<Path, Content> read) {
        for (Path place : new TreeSet<>(read.keySet())) {
            Content content = read.get(place);
            if (content instanceof Fault(String reason)
                    && !Objects.equals(content, lastRead.get(place))) {
                log.warn("{}: {}; what was read from it before stays in force", place, reason);
            }
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
