/**
 * The wire: frames, the registration, reason codes and the codec, as bytes agree with version 1.0
 * of the liminal protocol. Pure values and functions; imports the JDK and JSpecify only.
 */
@NullMarked
package dev.frontdoor.protocol;

import org.jspecify.annotations.NullMarked;
