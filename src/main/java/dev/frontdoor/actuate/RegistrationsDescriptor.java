package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A page of workers.
 *
 * @param instance the process that the table belongs to
 * @param connections number of open connections, whatever the filters
 * @param registered number of registered workers, whatever the filters
 * @param matching number of workers that match the filters, on all pages
 * @param registrations the rows, newest connection first
 * @param next the value of {@code before} for the next page; null on the last page
 */
public record RegistrationsDescriptor<R>(
        String instance,
        int connections,
        int registered,
        int matching,
        List<R> registrations,
        @Nullable Long next) {}
