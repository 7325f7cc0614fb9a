/**
 * The test kit: {@link dev.frontdoor.test.TestWorker}, a scripted worker, and {@link
 * dev.frontdoor.test.FrontDoorExtension}, the service in a test. The worker needs no test library.
 */
@NullMarked
package dev.frontdoor.test;

import org.jspecify.annotations.NullMarked;
