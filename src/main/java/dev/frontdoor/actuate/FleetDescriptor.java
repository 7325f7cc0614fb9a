package dev.frontdoor.actuate;

import dev.frontdoor.notifier.FleetInstance;
import dev.frontdoor.notifier.FleetPage;
import dev.frontdoor.notifier.FleetWorker;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;

/**
 * A page of workers of the fleet.
 *
 * @param instance the process that answers
 * @param instances the instances that the directory knows
 * @param matching number of workers that match the filters, on all pages
 * @param workers the rows, latest registration first, then by instance and pid
 * @param next the value of {@code before} for the next page; null on the last page
 */
public record FleetDescriptor(
        String instance,
        List<FleetInstance> instances,
        long matching,
        List<FleetWorkerDescriptor> workers,
        @Nullable String next) {

    /** Bytes of rows after which a page ends. */
    private static final int MAX_SIZE = 1024 * 1024;

    /** A page and the number of workers on all pages. */
    record Workers(FleetPage page, long matching) {}

    static FleetDescriptor of(String instance, List<FleetInstance> instances, Workers found) {
        List<FleetWorkerDescriptor> rows = new ArrayList<>();
        String next = found.page.next();
        int size = 0;
        for (FleetWorker worker : found.page.workers()) {
            FleetWorkerDescriptor row = FleetWorkerDescriptor.of(worker);
            rows.add(row);
            size += JsonMapper.shared().writeValueAsBytes(row).length;
            if (size >= MAX_SIZE && rows.size() < found.page.workers().size()) {
                next = worker.cursor();
                break;
            }
        }
        return new FleetDescriptor(instance, instances, found.matching, rows, next);
    }
}
