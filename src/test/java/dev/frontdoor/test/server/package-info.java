/**
 * A real server for integration tests: two settings of it, the notifiers and pages it serves, and a
 * plain HTTP client that says exactly what a test tells it to.
 */
@NullMarked
package dev.frontdoor.test.server;

import org.jspecify.annotations.NullMarked;
