package dev.frontdoor.extension;

import dev.frontdoor.notifier.ConnectionNotifier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.classfile.ClassFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * A jar of {@code frontdoor.notifiers.path}, and what it contains.
 *
 * @param path where it lies
 * @param declared the configuration classes of its imports file
 * @param classes its class files, as {@code com/example/Name.class}, in order of name
 * @param classPath the entries of {@code Class-Path} in its manifest
 */
record NotifierJar(Path path, List<String> declared, List<String> classes, List<String> classPath) {

    private static final String IMPORTS =
            "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

    private static final String NOTIFIER = ConnectionNotifier.class.getName().replace('.', '/');

    /**
     * Reads a jar.
     *
     * @throws BrokenNotifierJarException if it is none
     */
    static NotifierJar read(Path path) {
        try (JarFile file = new JarFile(path.toFile())) {
            ZipEntry imports = file.getEntry(IMPORTS);
            return new NotifierJar(
                    path,
                    imports == null ? List.of() : lines(file, imports),
                    file.stream()
                            .map(ZipEntry::getName)
                            .filter(name -> name.endsWith(".class"))
                            .filter(name -> !name.startsWith("META-INF/") && !name.contains("-"))
                            .sorted()
                            .toList(),
                    classPath(file));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Gives each class file with its bytes to an action. */
    void forEachClass(BiConsumer<String, byte[]> action) {
        try (JarFile file = new JarFile(path.toFile())) {
            for (String name : classes) {
                try (InputStream in = file.getInputStream(file.getEntry(name))) {
                    action.accept(name, in.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Whether one of its classes is a notifier, as far as that class itself says. */
    boolean hasNotifier() {
        AtomicBoolean found = new AtomicBoolean();
        forEachClass((_, bytes) -> {
            if (implementsNotifier(bytes)) {
                found.set(true);
            }
        });
        return found.get();
    }

    private static boolean implementsNotifier(byte[] bytes) {
        try {
            return ClassFile.of().parse(bytes).interfaces().stream()
                    .anyMatch(type -> type.asInternalName().equals(NOTIFIER));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** The name of a class in a class file's name. */
    static String className(String file) {
        return file.substring(0, file.length() - ".class".length()).replace('/', '.');
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private static List<String> classPath(JarFile file) throws IOException {
        Manifest manifest = file.getManifest();
        String entries =
                manifest == null
                        ? null
                        : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
        return entries == null || entries.isBlank()
                ? List.of()
                : List.of(entries.strip().split(" +"));
    }

    private static List<String> lines(JarFile file, ZipEntry entry) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                file.getInputStream(entry), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }

    private static BrokenNotifierJarException unreadable(Path path, IOException cause) {
        return new BrokenNotifierJarException(path, "it is not a readable jar", cause);
    }
}
