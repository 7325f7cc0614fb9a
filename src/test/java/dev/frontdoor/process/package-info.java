/** The executable jar as operators run it: a process, with notifier jars, signals and logs. */
@NullMarked
package dev.frontdoor.process;

import org.jspecify.annotations.NullMarked;
