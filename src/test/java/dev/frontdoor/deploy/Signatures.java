package dev.frontdoor.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The signatures of all that is public or protected in a public type, one on each line. */
final class Signatures {

    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path TEST_CLASSES = Path.of("target", "test-classes");

    /** What every record or enum has. */
    private static final Set<String> IMPLIED =
            Set.of("equals", "hashCode", "toString", "values", "valueOf");

    private static final Set<String> KIT =
            Set.of(
                    "FrontDoorExtension",
                    "Registrations",
                    "TestWorker",
                    "TestWorkerBuilder",
                    "UpgradeRefusedException");

    private Signatures() {}

    /** Those of the packages for authors of notifiers, and of the test kit. */
    static List<String> ofAuthorInterfaces() {
        return Stream.of(
                        types(CLASSES, "dev.frontdoor.notifier", _ -> true),
                        types(CLASSES, "dev.frontdoor.protocol", _ -> true),
                        types(TEST_CLASSES, "dev.frontdoor.test", Signatures::isKit))
                .flatMap(types -> types)
                .flatMap(type -> of(type).stream())
                .toList();
    }

    /** Those of one type; none if it is not public. */
    static List<String> of(Class<?> type) {
        if (!isAccessible(type)) {
            return List.of();
        }
        Stream<String> members =
                Stream.of(type.getDeclaredFields(), type.getDeclaredConstructors(), methods(type))
                        .flatMap(Stream::of)
                        .filter(Signatures::isVisible)
                        .map(Signatures::signature)
                        .sorted();
        return Stream.concat(Stream.of(type.toGenericString()), members).toList();
    }

    private static Method[] methods(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> !IMPLIED.contains(method.getName()))
                .toArray(Method[]::new);
    }

    private static String signature(Member member) {
        return member instanceof Field field
                ? field.toGenericString()
                : ((Executable) member).toGenericString();
    }

    private static boolean isAccessible(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return Modifier.isPublic(type.getModifiers()) && (outer == null || isAccessible(outer));
    }

    private static boolean isVisible(Member member) {
        int modifiers = member.getModifiers();
        return !member.isSynthetic()
                && (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers));
    }

    /** Its jar contains more, which these need. */
    private static boolean isKit(String name) {
        return KIT.contains(name.replaceFirst("\\$.*", ""));
    }

    private static Stream<Class<?>> types(Path root, String name, Predicate<String> published) {
        try (Stream<Path> files = Files.list(root.resolve(name.replace('.', '/')))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".class") && !file.equals("package-info.class"))
                    .map(file -> file.substring(0, file.length() - ".class".length()))
                    .filter(published)
                    .sorted()
                    .<Class<?>>map(type -> load(name + "." + type))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Signatures.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
