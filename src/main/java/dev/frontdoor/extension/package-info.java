/**
 * Notifier jars: how they are found, checked and loaded, and what the start says about one that
 * cannot be used. Imports {@code notifier} and what that may import.
 */
@NullMarked
package dev.frontdoor.extension;

import org.jspecify.annotations.NullMarked;
