/** What keeps many long-lived connections in order, against a real server. */
@NullMarked
package dev.frontdoor.operations;

import org.jspecify.annotations.NullMarked;
