package dev.frontdoor.extension;

import org.springframework.boot.system.ApplicationHome;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The directories of {@code frontdoor.notifiers.path}. A relative one is looked for beside the
 * executable jar and in the working directory. Jars may lie in it or in a folder of it.
 */
final class NotifierDirectories {

    /** The default, which need not exist. */
    private static final List<String> DEFAULT = List.of("notifiers");

    private final List<String> warnings = new ArrayList<>();

    /** Each jar by its real path, so that a link to it is no second jar. */
    private final Map<Path, Path> jars = new LinkedHashMap<>();

    /** Looks for jars in these directories. */
    NotifierDirectories(List<String> configured) {
        for (String directory : configured) {
            List<Path> places = places(directory);
            List<Path> existing = places.stream().filter(Files::isDirectory).toList();
            if (existing.isEmpty() && !configured.equals(DEFAULT)) {
                warnings.add(
                        "%s: there is no directory %s (%s)"
                                .formatted(NotifierJars.PATH, directory, join(places)));
            }
            existing.forEach(this::addJarsOf);
            if (!existing.isEmpty()
                    && !configured.equals(DEFAULT)
                    && existing.stream().noneMatch(NotifierDirectories::holdsJar)) {
                warnings.add(
                        "%s: the directory %s holds no jar"
                                .formatted(NotifierJars.PATH, join(existing)));
            }
        }
    }

    /** The jars in order of directory and name, whatever the order of the file system. */
    Collection<Path> jars() {
        return jars.values();
    }

    /** What an operator should know about these directories. */
    List<String> warnings() {
        return warnings;
    }

    private void addJarsOf(Path directory) {
        for (Path file : filesIn(directory, 2)) {
            if (isJar(file)) {
                jars.putIfAbsent(realPath(file), file);
            } else if (Files.isDirectory(file) && !file.equals(directory) && !holdsJar(file)) {
                warnings.add("%s: the folder %s holds no jar".formatted(NotifierJars.PATH, file));
            }
        }
    }

    private static List<Path> places(String directory) {
        Path besideJar = new ApplicationHome(NotifierJars.class).getDir().toPath();
        return Stream.of(besideJar.resolve(directory), Path.of(directory))
                .map(path -> path.toAbsolutePath().normalize())
                .distinct()
                .toList();
    }

    private static boolean holdsJar(Path directory) {
        return filesIn(directory, 2).stream().anyMatch(NotifierDirectories::isJar);
    }

    private static boolean isJar(Path file) {
        return file.toString().endsWith(".jar");
    }

    private static List<Path> filesIn(Path directory, int depth) {
        try (Stream<Path> files = Files.walk(directory, depth, FileVisitOption.FOLLOW_LINKS)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    private static Path realPath(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot resolve " + file, e);
        }
    }

    private static String join(List<Path> paths) {
        return String.join(", ", paths.stream().map(Path::toString).toList());
    }
}
