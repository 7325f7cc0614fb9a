package dev.frontdoor.conformance;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** The results, for people and for programs. */
final class Report {

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void result(Suite.Result result) {
        out.printf(
                Locale.ROOT,
                "%s %s (%.1f s)%n",
                result.passed() ? "ok    " : "FAILED",
                result.situation().name(),
                result.millis() / 1000.0);
        if (!result.passed()) {
            out.println("    required: " + result.situation().requirement());
            out.println("    observed: " + result.observed());
            result.timeline().forEach(entry -> out.println("      " + entry));
        }
        out.flush();
    }

    void total(List<Suite.Result> results) {
        long failed = results.stream().filter(result -> !result.passed()).count();
        out.printf(Locale.ROOT, "%s passed, %s failed%n", results.size() - failed, failed);
    }

    /** One JSON object. */
    static String json(List<String> command, List<Suite.Result> results) {
        StringBuilder json = new StringBuilder("{\"command\":");
        array(json, command);
        json.append(",\"results\":[");
        for (int i = 0; i < results.size(); i++) {
            Suite.Result result = results.get(i);
            json.append(i == 0 ? "\n" : ",\n").append("{\"situation\":");
            string(json, result.situation().name());
            json.append(",\"profile\":");
            string(json, result.situation().profile().name().toLowerCase(Locale.ROOT));
            json.append(",\"run\":").append(result.run());
            json.append(",\"passed\":").append(result.passed());
            json.append(",\"millis\":").append(result.millis());
            if (!result.passed()) {
                json.append(",\"required\":");
                string(json, result.situation().requirement());
                json.append(",\"observed\":");
                string(json, result.observed());
                json.append(",\"timeline\":");
                array(json, result.timeline());
            }
            json.append('}');
        }
        return json.append("\n]}\n").toString();
    }

    private static void array(StringBuilder json, List<String> values) {
        json.append('[');
        for (int i = 0; i < values.size(); i++) {
            json.append(i == 0 ? "" : ",");
            string(json, values.get(i));
        }
        json.append(']');
    }

    private static void string(StringBuilder json, String value) {
        json.append('"');
        value.chars()
                .forEach(next -> {
                    if (next == '"' || next == '\\') {
                        json.append('\\').append((char) next);
                    } else if (next < ' ' || Character.isSurrogate((char) next)) {
                        json.append(String.format("\\u%04x", next));
                    } else {
                        json.append((char) next);
                    }
                });
        json.append('"');
    }
}
