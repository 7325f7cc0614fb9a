/**
 * The test kit: {@link dev.frontdoor.test.TestWorker}, a scripted worker for tests of the service
 * and of notifiers. Needs the JDK, JSpecify and the protocol package, and no test library.
 */
@NullMarked
package dev.frontdoor.test;

import org.jspecify.annotations.NullMarked;
