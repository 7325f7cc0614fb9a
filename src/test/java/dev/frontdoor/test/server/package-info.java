/**
 * A real server for integration tests, with the notifiers and pages that it serves, and an HTTP
 * client that sends exactly what a test tells it.
 */
@NullMarked
package dev.frontdoor.test.server;

import org.jspecify.annotations.NullMarked;
