package dev.frontdoor.extension;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares notifier jars with each other, and with what the service contains. */
final class JarComparison {

    private static final String IN_SERVICE =
            "notifier jar %s contains what the service already has, for example %s; the service uses its own. Remove the jar";

    private static final String COMPILED_HERE =
            "notifier jar %s is not used: the class path has a directory with its classes, for example %s. Remove the jar from a notifier's project";

    private final List<NotifierJar> jars;
    private final ClassLoader service;

    /**
     * A comparison of these jars, in the order in which classes are looked for in them.
     *
     * @param service the class loader of the service
     */
    JarComparison(List<NotifierJar> jars, ClassLoader service) {
        this.jars = jars;
        this.service = service;
    }

    /** What an operator should know about these jars. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        jars.stream()
                .filter(jar -> jar.declared().isEmpty() && !isLibrary(jar))
                .forEach(jar ->
                        warnings.add(
                                "notifier jar %s declares nothing: its imports file is missing or"
                                                .formatted(jar)
                                        + " empty, so no bean of it is made"));
        addDuplicates(warnings);
        jars.forEach(jar -> {
            String file = firstInService(jar);
            if (file != null) {
                String what = isCompiledHere(file) ? COMPILED_HERE : IN_SERVICE;
                warnings.add(what.formatted(jar, NotifierJar.className(file)));
            }
        });
        return warnings;
    }

    /** Whether a jar without declarations has classes for one that lies beside it. */
    private boolean isLibrary(NotifierJar jar) {
        @Nullable Path directory = jar.path().getParent();
        return !jar.classes().isEmpty()
                && !jar.hasNotifier()
                && jars.stream()
                        .filter(other -> !other.declared().isEmpty())
                        .anyMatch(other ->
                                directory != null && directory.equals(other.path().getParent()));
    }

    private void addDuplicates(List<String> warnings) {
        Map<String, NotifierJar> owners = new HashMap<>();
        for (NotifierJar jar : jars) {
            Map<NotifierJar, String> examples = new LinkedHashMap<>();
            for (String file : jar.classes()) {
                NotifierJar owner = owners.putIfAbsent(file, jar);
                if (owner != null) {
                    examples.putIfAbsent(owner, file);
                }
            }
            examples.forEach((owner, file) ->
                    warnings.add(
                            "notifier jars %s and %s contain the same classes, for example %s; the service uses those of the first. Remove one of the jars"
                                    .formatted(owner, jar, NotifierJar.className(file))));
        }
    }

    /** The first class of a package that the service has too, outside of these jars. */
    private @Nullable String firstInService(NotifierJar jar) {
        Set<String> packages = new HashSet<>();
        for (String file : jar.classes()) {
            String directory = file.substring(0, file.lastIndexOf('/') + 1);
            if (packages.add(directory) && isInService(file)) {
                return file;
            }
        }
        return null;
    }

    /** In a notifier's own project, its classes are in a directory of the class path. */
    private boolean isCompiledHere(String file) {
        var url = service.getResource(file);
        return url != null && url.getProtocol().equals("file");
    }

    /** The class path of the service may contain the notifier jars. */
    private boolean isInService(String file) {
        var url = service.getResource(file);
        return url != null
                && jars.stream()
                        .noneMatch(jar ->
                                url.toString().startsWith("jar:" + jar.path().toUri() + "!"));
    }
}
