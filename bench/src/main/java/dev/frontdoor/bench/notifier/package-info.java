/** The notifiers that are dropped into the service when it is measured. */
@NullMarked
package dev.frontdoor.bench.notifier;

import org.jspecify.annotations.NullMarked;
