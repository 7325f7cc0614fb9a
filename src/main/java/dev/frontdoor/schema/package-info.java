/**
 * A shipped notifier that rejects workers whose schemas are no JSON Schemas. Imports {@code
 * notifier} and {@code protocol} only, like any other notifier.
 */
@NullMarked
package dev.frontdoor.schema;

import org.jspecify.annotations.NullMarked;
