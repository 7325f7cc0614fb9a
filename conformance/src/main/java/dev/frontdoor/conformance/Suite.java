package dev.frontdoor.conformance;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Plays situations to a program, some at a time. */
final class Suite {

    /** What came of one situation. The observation is null if it passed. */
    record Result(
            Situation situation, int run, String observed, List<String> timeline, long millis) {

        boolean passed() {
            return observed == null;
        }
    }

    private final List<String> command;
    private final Duration patience;

    Suite(List<String> command, Duration patience) {
        this.command = command;
        this.patience = patience;
    }

    static List<Situation> situations() {
        List<Situation> all = new ArrayList<>();
        all.addAll(OpeningSituations.all());
        all.addAll(RegistrationSituations.all());
        all.addAll(PushSituations.all());
        all.addAll(EndingSituations.all());
        all.addAll(FaultSituations.all());
        all.addAll(BackoffSituations.all());
        return all;
    }

    /** Gives each result to the consumer, in the order of the situations. */
    List<Result> play(List<Situation> selected, int runs, int parallel, Consumer<Result> each)
            throws InterruptedException {
        ExecutorService players = Executors.newFixedThreadPool(parallel);
        try {
            List<Future<Result>> playing = new ArrayList<>();
            for (int run = 1; run <= runs; run++) {
                for (Situation situation : selected) {
                    int number = run;
                    playing.add(players.submit(() -> play(situation, number)));
                }
            }
            List<Result> results = new ArrayList<>();
            for (Future<Result> next : playing) {
                Result result = next.get();
                results.add(result);
                each.accept(result);
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            players.shutdownNow();
        }
    }

    private Result play(Situation situation, int run) throws IOException {
        long start = System.nanoTime();
        Timeline timeline = new Timeline();
        String observed = null;
        try (Stage stage = new Stage(command, situation, timeline, patience)) {
            situation.script().play(stage);
        } catch (Failure e) {
            observed = e.getMessage();
        } catch (Exception e) {
            observed = "the connection or the program failed: " + e;
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        return new Result(situation, run, observed, timeline.entries(), millis);
    }
}
