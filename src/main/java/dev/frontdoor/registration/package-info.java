/**
 * How registrations are decided and who holds what: the attempt, rate limit and identities, the
 * ledger, the live table, and the end of a registration. It has more than a dozen files because
 * they share the package-private {@code Ledger}, and the budgets of memory and the port to a
 * connection are here too, for the packages above. Imports {@code invocation} and what that may
 * import; reaches a connection only through {@link dev.frontdoor.registration.WorkerLink}.
 */
@NullMarked
package dev.frontdoor.registration;

import org.jspecify.annotations.NullMarked;
