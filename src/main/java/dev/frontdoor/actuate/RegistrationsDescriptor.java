package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A page of the live table.
 *
 * @param instance the running service whose table it is
 * @param connections how many connections are open
 * @param registered how many workers are registered
 * @param registrations the rows, newest connection first
 * @param next what to give as {@code before} for the next page; null if this is the last
 */
public record RegistrationsDescriptor(
        String instance,
        int connections,
        int registered,
        List<RegistrationDescriptor> registrations,
        @Nullable Long next) {}
