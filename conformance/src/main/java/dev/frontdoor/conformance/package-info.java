/** Plays the server to a worker program, and reports what the program does wrong. JDK only. */
package dev.frontdoor.conformance;
