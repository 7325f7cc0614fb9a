/**
 * The settings that several packages share: limits, the instance, and what a registration may do.
 * Nothing here knows registrations.
 */
@NullMarked
package dev.frontdoor.registration.settings;

import org.jspecify.annotations.NullMarked;
