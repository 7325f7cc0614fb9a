package dev.frontdoor.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A notifier jar, correct or broken. */
final class NotifierJar {

    private static final String IMPORTS =
            "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

    /** Where a class file has its version: bytes 6 and 7. */
    private static final int MAJOR_VERSION = 7;

    private final SortedMap<String, byte[]> entries = new TreeMap<>();

    private NotifierJar() {}

    /** A jar with these classes of this build; the imports file names the first. */
    static NotifierJar of(Class<?>... classes) throws IOException {
        NotifierJar jar = new NotifierJar();
        for (Class<?> type : classes) {
            String entry = type.getName().replace('.', '/') + ".class";
            try (InputStream bytes = type.getResourceAsStream("/" + entry)) {
                if (bytes == null) {
                    throw new IOException(entry + " is not on the class path");
                }
                jar.entries.put(entry, bytes.readAllBytes());
            }
        }
        return jar.declaring(classes[0].getName());
    }

    /** The example's jar, compiled from its sources against the plain jar of this build. */
    static NotifierJar example(Path workspace) throws IOException {
        Path project = Path.of("examples", "notifier", "src", "main");
        Path classes = Files.createDirectories(workspace.resolve("classes"));
        compile(project.resolve("java"), classes);
        NotifierJar jar = new NotifierJar();
        jar.addAll(classes);
        jar.addAll(project.resolve("resources"));
        return jar;
    }

    /** Puts the name of this class into the imports file. */
    NotifierJar declaring(String configuration) {
        entries.put(IMPORTS, configuration.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Adds a file. */
    NotifierJar with(String entry, String content) {
        entries.put(entry, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Leaves a class out. */
    NotifierJar without(String className) {
        if (entries.remove(className.replace('.', '/') + ".class") == null) {
            throw new IllegalArgumentException("%s: there is %s".formatted(className, entries));
        }
        return this;
    }

    /** Gives a class the class-file version of the next Java release. */
    NotifierJar compiledForNewerJava(String className) {
        byte[] bytes = entries.get(className.replace('.', '/') + ".class");
        if (bytes == null) {
            throw new IllegalArgumentException("%s: there is %s".formatted(className, entries));
        }
        bytes[MAJOR_VERSION]++;
        return this;
    }

    /** Writes the jar. */
    Path writeTo(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return file;
    }

    private void addAll(Path root) throws IOException {
        for (Path file : filesBelow(root)) {
            String name = root.relativize(file).toString().replace(File.separatorChar, '/');
            entries.put(name, Files.readAllBytes(file));
        }
    }

    private static void compile(Path sources, Path classes) throws IOException {
        String classPath =
                BuiltJars.plain() + File.pathSeparator + System.getProperty("java.class.path");
        StringWriter problems = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled =
                    compiler.getTask(
                                    problems,
                                    files,
                                    null,
                                    List.of(
                                            "-d",
                                            classes.toString(),
                                            "-classpath",
                                            classPath,
                                            "-proc:none"),
                                    null,
                                    files.getJavaFileObjectsFromPaths(filesBelow(sources)))
                            .call();
            if (!compiled) {
                throw new AssertionError("the sources do not compile:\n" + problems);
            }
        }
    }

    private static List<Path> filesBelow(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
