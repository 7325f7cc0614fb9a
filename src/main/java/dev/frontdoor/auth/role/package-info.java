/** What operators may do. Knows {@code notifier} and {@code invocation} only. */
@NullMarked
package dev.frontdoor.auth.role;

import org.jspecify.annotations.NullMarked;
