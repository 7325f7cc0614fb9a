package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A page of the live table.
 *
 * @param instance the process that the table belongs to
 * @param connections number of open connections, whatever the filters
 * @param registered number of registered workers, whatever the filters
 * @param matching number of registered workers that match the filters, on all pages
 * @param registrations the rows, newest connection first
 * @param next the value of {@code before} for the next page; null on the last page
 */
public record RegistrationsDescriptor(
        String instance,
        int connections,
        int registered,
        int matching,
        List<RegistrationDescriptor> registrations,
        @Nullable Long next) {}
