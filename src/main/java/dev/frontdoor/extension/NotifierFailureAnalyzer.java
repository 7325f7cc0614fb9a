package dev.frontdoor.extension;

import dev.frontdoor.notifier.ConnectionNotifier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says which notifier jar or bean keeps the service from starting, and what to do about it. */
final class NotifierFailureAnalyzer implements FailureAnalyzer {

    /** How Spring says that it could not list the members of a class. */
    private static final Pattern INTROSPECTED =
            Pattern.compile("Failed to introspect Class \\[([^]]+)]");

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        BeanCreationException bean = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case BrokenNotifierJarException jar -> {
                    return analysis(jar.getMessage(), failure);
                }
                case LinkageError linkage -> {
                    return analysis(describe(linkage, bean, failure), failure);
                }
                case BeanCreationException creation -> bean = creation;
                default -> {}
            }
        }
        return null;
    }

    private static String describe(
            LinkageError linkage, @Nullable BeanCreationException bean, Throwable failure) {
        String where = bean == null ? "" : "bean '%s': ".formatted(bean.getBeanName());
        return where + linkage + jarOf(linkage, failure);
    }

    /** The jar with the class that was being used when another could not be, if that is told. */
    private static String jarOf(LinkageError linkage, Throwable failure) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        for (String name : suspects(linkage, failure)) {
            URL url = loader == null ? null : loader.getResource(name.replace('.', '/') + ".class");
            if (url != null && !name.startsWith("java.")) {
                return " (while using " + url + ")";
            }
        }
        return "";
    }

    /** A class that cannot be read, then one whose members cannot, then those on the stack. */
    private static List<String> suspects(LinkageError linkage, Throwable failure) {
        List<String> names = new ArrayList<>();
        if (linkage instanceof UnsupportedClassVersionError) {
            names.add(String.valueOf(linkage.getMessage()).split(" ", 2)[0]);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Matcher introspected = INTROSPECTED.matcher(String.valueOf(cause.getMessage()));
            if (introspected.lookingAt()) {
                names.add(introspected.group(1));
            }
        }
        for (StackTraceElement frame : linkage.getStackTrace()) {
            names.add(frame.getClassName());
        }
        return names;
    }

    private static FailureAnalysis analysis(@Nullable String description, Throwable failure) {
        return new FailureAnalysis(
                description,
                "Fix or remove the jar. It needs %s of this service. It must be compiled for Java %s or lower, with its dependencies in the same directory."
                        .formatted(
                                ConnectionNotifier.class.getPackageName(),
                                Runtime.version().feature()),
                failure);
    }
}
