/**
 * What the author of a notifier sees: the callbacks to implement, how to turn a worker away, and
 * {@link dev.frontdoor.notifier.Workers} to act on those that are here. Imports {@code protocol}
 * only.
 */
@NullMarked
package dev.frontdoor.notifier;

import org.jspecify.annotations.NullMarked;
