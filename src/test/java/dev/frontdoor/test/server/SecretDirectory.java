package dev.frontdoor.test.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * A directory as Kubernetes mounts a Secret: each file is a link into the directory to which {@code
 * ..data} links, and a change swaps that link.
 */
public final class SecretDirectory {

    private final Path directory;
    private final Map<String, String> files = new TreeMap<>();
    private int version;

    /** A mounted Secret without files. */
    public SecretDirectory(Path directory) {
        this.directory = directory;
        swap();
    }

    /** A mounted Secret without files, in a directory of its own. */
    public static SecretDirectory create() {
        try {
            Path directory = Files.createTempDirectory("secret");
            directory.toFile().deleteOnExit();
            return new SecretDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it is. */
    public Path path() {
        return directory;
    }

    /** Adds a file, or replaces its text. */
    public synchronized SecretDirectory put(String name, String text) {
        files.put(name, text);
        swap();
        return this;
    }

    /** Adds or replaces several files at once. */
    public synchronized SecretDirectory putAll(Map<String, String> texts) {
        files.putAll(texts);
        swap();
        return this;
    }

    /** Removes a file. */
    public synchronized void remove(String name) {
        files.remove(name);
        swap();
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void swap() {
        try {
            Path data = Files.createDirectory(directory.resolve("..version-" + version++));
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(data.resolve(file.getKey()), file.getValue());
            }
            Path link = directory.resolve("..data_tmp");
            Files.createSymbolicLink(link, data.getFileName());
            Files.move(
                    link,
                    directory.resolve("..data"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            for (String name : files.keySet()) {
                Path visible = directory.resolve(name);
                if (!Files.isSymbolicLink(visible)) {
                    Files.createSymbolicLink(visible, Path.of("..data", name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
