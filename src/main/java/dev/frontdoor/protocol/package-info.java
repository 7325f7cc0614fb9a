/**
 * The wire: frames, the registration, reason codes and the codec, as bytes agree with versions 1.0
 * to 1.3 of the liminal protocol. Pure values and functions; imports the JDK and JSpecify only.
 */
@NullMarked
package dev.frontdoor.protocol;

import org.jspecify.annotations.NullMarked;
