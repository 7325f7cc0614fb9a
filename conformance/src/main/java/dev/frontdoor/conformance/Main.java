package dev.frontdoor.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The command line. */
public final class Main {

    private static final String HELP =
            """
            java -jar conformance.jar [options] -- COMMAND [ARGUMENT ...]
              --profile wire     only what every worker must do; the program only echoes
              --only NAME,...    only these situations
              --except NAME,...  not these situations
              --runs COUNT       play each so many times (1)
              --parallel COUNT   situations played at a time (4)
              --patience SECONDS how long to wait for what must happen (60)
              --json FILE        write the results to this file as JSON
              --list             print the situations, and play none
            The exit status is 0 if all passed, 1 if one failed, and 2 for invalid options.
            """;

    private final List<String> command = new ArrayList<>();
    private Set<String> only = Set.of();
    private Set<String> except = Set.of();
    private boolean wireOnly;
    private int runs = 1;
    private int parallel = 4;
    private int patience = 60;
    private Path json;
    private boolean list;

    private Main() {}

    /** Plays the situations that the options select. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Main main = new Main();
        try {
            main.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(HELP);
            System.exit(2);
        }
        System.exit(main.run());
    }

    private void parse(String... args) {
        int i = 0;
        while (i < args.length && !args[i].equals("--")) {
            String name = args[i++];
            if (name.equals("--list")) {
                list = true;
                continue;
            }
            if (i == args.length) {
                throw new IllegalArgumentException(name + " is unknown, or needs a value");
            }
            String value = args[i++];
            switch (name) {
                case "--profile" -> wireOnly = profile(value);
                case "--only" -> only = names(value);
                case "--except" -> except = names(value);
                case "--runs" -> runs = count(name, value);
                case "--parallel" -> parallel = count(name, value);
                case "--patience" -> patience = count(name, value);
                case "--json" -> json = Path.of(value);
                default -> throw new IllegalArgumentException("unknown option " + name);
            }
        }
        command.addAll(List.of(args).subList(Math.min(i + 1, args.length), args.length));
        if (command.isEmpty() && !list) {
            throw new IllegalArgumentException("the program's command is missing");
        }
    }

    private static boolean profile(String value) {
        if (!Set.of("wire", "library").contains(value)) {
            throw new IllegalArgumentException("--profile is wire or library, not " + value);
        }
        return value.equals("wire");
    }

    private static Set<String> names(String value) {
        Set<String> names = new TreeSet<>(List.of(value.split(",")));
        Set<String> unknown = new TreeSet<>(names);
        Suite.situations().forEach(situation -> unknown.remove(situation.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("there are no situations named " + unknown);
        }
        return names;
    }

    private static int count(String name, String value) {
        if (!value.matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException(name + " is a number from 1 to 9999, not " + value);
        }
        return Integer.parseInt(value);
    }

    private int run() throws IOException, InterruptedException {
        List<Situation> selected =
                Suite.situations().stream()
                        .filter(next -> only.isEmpty() || only.contains(next.name()))
                        .filter(next -> !except.contains(next.name()))
                        .filter(next -> !wireOnly || next.profile() == Situation.Profile.WIRE)
                        .toList();
        if (list) {
            for (Situation next : selected) {
                String profile = next.profile().name().toLowerCase(Locale.ROOT);
                System.out.printf("%s (%s)%n    %s%n", next.name(), profile, next.requirement());
            }
            return 0;
        }
        Report report = new Report(System.out);
        List<Suite.Result> results =
                new Suite(command, Duration.ofSeconds(patience))
                        .play(selected, runs, parallel, report::result);
        report.total(results);
        if (json != null) {
            Files.writeString(json, Report.json(command, results));
        }
        return results.stream().allMatch(Suite.Result::passed) ? 0 : 1;
    }
}
