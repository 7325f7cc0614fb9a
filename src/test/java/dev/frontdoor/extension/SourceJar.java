package dev.frontdoor.extension;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A jar that a test compiles from texts. */
final class SourceJar {

    private static final String IMPORTS =
            "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

    private final Path workspace;
    private final Map<String, String> sources = new TreeMap<>();
    private final Map<String, String> otherVersion = new TreeMap<>();
    private final Map<String, byte[]> files = new TreeMap<>();

    private SourceJar(Path workspace) {
        this.workspace = workspace;
    }

    /** An empty jar. */
    static SourceJar in(Path workspace) {
        return new SourceJar(workspace);
    }

    /** Adds a class. */
    SourceJar with(String className, String source) {
        sources.put(className, source);
        return this;
    }

    /** Lets the classes be compiled against this version of another class, which stays out. */
    SourceJar against(String className, String source) {
        otherVersion.put(className, source);
        return this;
    }

    /** Adds the class file of a class of this JVM. */
    SourceJar withCopyOf(Class<?> type) throws IOException {
        String file = type.getName().replace('.', '/') + ".class";
        try (var in = type.getResourceAsStream("/" + file)) {
            if (in == null) {
                throw new IOException(file);
            }
            files.put(file, in.readAllBytes());
        }
        return this;
    }

    /** Puts a name into the imports file. */
    SourceJar declaring(String className) {
        files.put(IMPORTS, className.getBytes(UTF_8));
        return this;
    }

    /** Sets Class-Path in the manifest. */
    SourceJar classPath(String entries) {
        files.put(
                JarFile.MANIFEST_NAME,
                "Manifest-Version: 1.0\nClass-Path: %s\n".formatted(entries).getBytes(UTF_8));
        return this;
    }

    /** Compiles the classes and writes the jar. */
    Path writeTo(Path jar) throws IOException {
        if (!sources.isEmpty()) {
            compile();
        }
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(new JarEntry(file.getKey()));
                out.write(file.getValue());
                out.closeEntry();
            }
        }
        return jar;
    }

    private void compile() throws IOException {
        Path directory = Files.createTempDirectory(workspace, "compile-");
        List<Path> paths = new ArrayList<>();
        for (Map<String, String> each : List.of(sources, otherVersion)) {
            for (Map.Entry<String, String> source : each.entrySet()) {
                Path path = directory.resolve("src/" + file(source.getKey(), ".java"));
                Files.createDirectories(path.getParent());
                paths.add(Files.writeString(path, source.getValue()));
            }
        }
        Path classes = Files.createDirectory(directory.resolve("classes"));
        StringWriter problems = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of(
                            "-d",
                            classes.toString(),
                            "-proc:none",
                            "-classpath",
                            System.getProperty("java.class.path"));
            if (!compiler.getTask(
                            problems,
                            manager,
                            null,
                            options,
                            null,
                            manager.getJavaFileObjectsFromPaths(paths))
                    .call()) {
                throw new AssertionError("the sources do not compile:\n" + problems);
            }
        }
        try (Stream<Path> compiled = Files.walk(classes)) {
            for (Path path : compiled.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(path).toString();
                if (otherVersion.keySet().stream()
                        .noneMatch(other -> name.startsWith(file(other, "")))) {
                    files.put(name, Files.readAllBytes(path));
                }
            }
        }
    }

    private static String file(String className, String suffix) {
        return className.replace('.', '/') + suffix;
    }
}
