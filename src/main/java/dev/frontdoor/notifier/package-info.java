/**
 * The interfaces for authors of notifiers: the callbacks to implement, the rejection of a worker,
 * and {@link dev.frontdoor.notifier.Workers} to query and reach the registered workers. {@link
 * dev.frontdoor.notifier.DisplayText} truncates and escapes texts wherever they are shown. It
 * imports {@code protocol} only.
 */
@NullMarked
package dev.frontdoor.notifier;

import org.jspecify.annotations.NullMarked;
