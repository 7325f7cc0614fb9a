/**
 * The drain: how the workers of an instance are sent elsewhere before it stops. {@link
 * dev.frontdoor.connection.drain.Drain} is what others use.
 */
@NullMarked
package dev.frontdoor.connection.drain;

import org.jspecify.annotations.NullMarked;
