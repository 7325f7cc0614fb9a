/**
 * Who may do what on the management port: Spring Security's filters with our rules, and the log of
 * changes. {@code auth} checks the credentials.
 */
@NullMarked
package dev.frontdoor.actuate.access;

import org.jspecify.annotations.NullMarked;
