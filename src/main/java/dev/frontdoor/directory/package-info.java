/**
 * A shipped notifier that enters the workers of this instance into a directory on Redis, which all
 * instances share, and that answers for all of them. It reports the workers of instances that have
 * died. Imports {@code notifier}, {@code protocol} and {@code logging}, like any other notifier. It
 * has more than a dozen files because it is a whole feature: keys and scripts, the lease and the
 * writes, the search for dead instances, the reads, the stream of changes, health and meters.
 */
@NullMarked
package dev.frontdoor.directory;

import org.jspecify.annotations.NullMarked;
