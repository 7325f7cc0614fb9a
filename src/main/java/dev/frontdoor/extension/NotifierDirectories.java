package dev.frontdoor.extension;

import org.springframework.boot.system.ApplicationHome;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directories of {@code frontdoor.notifiers.path}. A relative one is looked for beside the
 * executable jar and in the working directory. Jars may lie in it or in a folder of it.
 */
final class NotifierDirectories {

    /** The default, which need not exist. */
    private static final List<String> DEFAULT = List.of("notifiers");

    private final List<Path> roots = new ArrayList<>();
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
            roots.addAll(existing);
            List<List<Path>> contents = existing.stream().map(this::filesIn).toList();
            for (int i = 0; i < existing.size(); i++) {
                addJarsOf(existing.get(i), contents.get(i));
            }
            if (!existing.isEmpty()
                    && !configured.equals(DEFAULT)
                    && contents.stream()
                            .flatMap(List::stream)
                            .noneMatch(NotifierDirectories::isJar)) {
                warnings.add(
                        "%s: the directory %s holds no jar"
                                .formatted(NotifierJars.PATH, join(existing)));
            }
        }
    }

    /** Whether a path lies in one of the directories. */
    boolean contain(Path path) {
        return roots.stream().anyMatch(path::startsWith);
    }

    /** The jars in order of directory and name, whatever the order of the file system. */
    Collection<Path> jars() {
        return jars.values();
    }

    /** What an operator should know about these directories. */
    List<String> warnings() {
        return warnings;
    }

    private void addJarsOf(Path directory, List<Path> files) {
        List<Path> visible =
                files.stream().filter(file -> !isHidden(directory.relativize(file))).toList();
        for (Path file : visible) {
            if (isJar(file)) {
                jars.putIfAbsent(realPath(file), file);
            } else if (Files.isDirectory(file)
                    && !file.equals(directory)
                    && visible.stream().noneMatch(jar -> isJar(jar) && jar.startsWith(file))) {
                warnings.add("%s: the folder %s holds no jar".formatted(NotifierJars.PATH, file));
            }
            if (isWritableByAnyone(file)) {
                warnings.add(
                        "%s: any user of this machine may write to %s, and so run code in this service"
                                .formatted(NotifierJars.PATH, file));
            }
        }
        files.stream()
                .filter(file -> isJar(file) && !jars.containsKey(realPath(file)))
                .forEach(hidden ->
                        warnings.add(
                                "%s: the hidden jar %s is not loaded"
                                        .formatted(NotifierJars.PATH, hidden)));
    }

    private static boolean isHidden(Path file) {
        for (Path name : file) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWritableByAnyone(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE);
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the permissions of " + file, e);
        }
    }

    private static List<Path> places(String directory) {
        Path besideJar = new ApplicationHome(NotifierJars.class).getDir().toPath();
        return Stream.of(besideJar.resolve(directory), Path.of(directory))
                .map(path -> path.toAbsolutePath().normalize())
                .distinct()
                .toList();
    }

    private static boolean isJar(Path file) {
        return file.toString().endsWith(".jar");
    }

    /** What a directory and its folders hold, sorted; a file that cannot be read is warned of. */
    private List<Path> filesIn(Path directory) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(
                    directory,
                    Set.of(FileVisitOption.FOLLOW_LINKS),
                    2,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            files.add(folder);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            if (attributes.isSymbolicLink()) {
                                skip(file, "its target does not exist");
                            } else {
                                files.add(file);
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure) {
                            skip(
                                    file,
                                    failure instanceof FileSystemLoopException
                                            ? "it is a link to a directory that contains it"
                                            : failure.toString());
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
        files.sort(null);
        return files;
    }

    private void skip(Path file, String reason) {
        warnings.add("%s: skipping %s: %s".formatted(NotifierJars.PATH, file, reason));
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
