/**
 * The operators' view: endpoints and health, thin views over the other packages that return
 * descriptor records of their own; and filters that check the requests. It has more than a dozen
 * files because each endpoint, record, indicator and filter is a small one. It imports {@code
 * connection} and what that may import. No package imports it.
 */
@NullMarked
package dev.frontdoor.actuate;

import org.jspecify.annotations.NullMarked;
