package dev.frontdoor.registration;

import dev.frontdoor.notifier.ConnectionNotifier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

import java.net.URL;

/** Says which notifier jar or bean keeps the service from starting, and what to do about it. */
final class NotifierFailureAnalyzer implements FailureAnalyzer {

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        BeanCreationException bean = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case BrokenNotifierJarException jar -> {
                    return analysis(jar.getMessage(), failure);
                }
                case LinkageError linkage -> {
                    return analysis(describe(linkage, bean), failure);
                }
                case BeanCreationException creation -> bean = creation;
                default -> {}
            }
        }
        return null;
    }

    private static String describe(LinkageError linkage, @Nullable BeanCreationException bean) {
        String where = bean == null ? "" : "bean '%s': ".formatted(bean.getBeanName());
        return where + linkage + jarOf(linkage);
    }

    /** The jar a class was loaded from when it lacked another, if the stack tells. */
    private static String jarOf(LinkageError linkage) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        for (StackTraceElement frame : linkage.getStackTrace()) {
            String file = frame.getClassName().replace('.', '/') + ".class";
            URL url = loader == null ? null : loader.getResource(file);
            if (url != null && !frame.getClassName().startsWith("java.")) {
                return " (needed by " + url + ")";
            }
        }
        return "";
    }

    private static FailureAnalysis analysis(@Nullable String description, Throwable failure) {
        return new FailureAnalysis(
                description,
                "Mend or remove the jar; a notifier needs %s of this service and its own dependencies beside it, compiled for Java %d at most."
                        .formatted(
                                ConnectionNotifier.class.getPackageName(),
                                Runtime.version().feature()),
                failure);
    }
}
