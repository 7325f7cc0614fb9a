package dev.frontdoor.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;

/**
 * A setting that keeps the service from starting. Its value is left out, since it may be a secret.
 *
 * @param name its name as it was given
 * @param origin where it was given; null if that is not known
 * @param reason why it is refused, in words for an operator
 */
record RefusedSetting(String name, @Nullable Origin origin, String reason) {}
