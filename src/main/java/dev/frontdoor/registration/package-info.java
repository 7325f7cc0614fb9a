/**
 * Who holds what: the live table, the calls to notifiers, undo and the end of a registration.
 * Imports {@code notifier} and what that may import; reaches a connection only through {@link
 * dev.frontdoor.registration.WorkerLink}.
 */
@NullMarked
package dev.frontdoor.registration;

import org.jspecify.annotations.NullMarked;
