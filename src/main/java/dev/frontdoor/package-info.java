/** The worker front door: starts the service and holds nothing else. */
@NullMarked
package dev.frontdoor;

import org.jspecify.annotations.NullMarked;
