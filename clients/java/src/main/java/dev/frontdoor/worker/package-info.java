/**
 * A worker of the front door. {@link dev.frontdoor.worker.Worker} connects, registers, gives pushes
 * to a handler, and reconnects. This package needs only a JDK.
 */
package dev.frontdoor.worker;
