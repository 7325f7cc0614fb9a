/** Integration tests of limits, heartbeat, drain and other operations, against a real server. */
@NullMarked
package dev.frontdoor.operations;

import org.jspecify.annotations.NullMarked;
