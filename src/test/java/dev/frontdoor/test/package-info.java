/**
 * The test kit: {@link dev.frontdoor.test.TestWorker}, a scripted worker, and {@link
 * dev.frontdoor.test.FrontDoorExtension}, the service in a test. The worker needs no test library.
 * It speaks the liminal protocol of liminal-bus-protocol 0.1.0, which liminal-server 0.29.0 and
 * liminal-sdk 0.20.23 use.
 */
@NullMarked
package dev.frontdoor.test;

import org.jspecify.annotations.NullMarked;
