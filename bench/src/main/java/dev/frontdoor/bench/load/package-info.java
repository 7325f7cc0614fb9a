/** The workers: many connections on one event loop, as cheap as they can be. */
@NullMarked
package dev.frontdoor.bench.load;

import org.jspecify.annotations.NullMarked;
