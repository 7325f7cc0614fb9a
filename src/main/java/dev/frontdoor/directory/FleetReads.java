package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetChange;
import dev.frontdoor.notifier.FleetDirectory;
import dev.frontdoor.notifier.FleetFilter;
import dev.frontdoor.notifier.FleetGroups;
import dev.frontdoor.notifier.FleetInstance;
import dev.frontdoor.notifier.FleetPage;
import dev.frontdoor.notifier.FleetWorker;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Reads from another object. */
class FleetReads implements FleetDirectory {

    private final FleetDirectory directory;

    FleetReads(FleetDirectory directory) {
        this.directory = directory;
    }

    @Override
    public final CompletableFuture<Optional<FleetWorker>> find(String instance, long pid) {
        return directory.find(instance, pid);
    }

    @Override
    public final CompletableFuture<FleetPage> list(
            FleetFilter filter, int limit, @Nullable String after) {
        return directory.list(filter, limit, after);
    }

    @Override
    public final CompletableFuture<Long> count(FleetFilter filter) {
        return directory.count(filter);
    }

    @Override
    public final CompletableFuture<FleetGroups> groups(FleetFilter filter, String by, int limit) {
        return directory.groups(filter, by, limit);
    }

    @Override
    public final CompletableFuture<List<FleetInstance>> instances() {
        return directory.instances();
    }

    @Override
    public final Flow.Publisher<FleetChange> stream() {
        return directory.stream();
    }
}
