/**
 * Who a worker is, and who an operator: a worker's token, or what an {@code Authenticator} of the
 * application says, becomes a principal. A token is one of the settings, or a JWT that {@code jwt}
 * checks. {@link dev.frontdoor.auth.AuthenticationService} decides, {@code NamedTokens} knows the
 * tokens in force, and {@link dev.frontdoor.auth.Credential} says whether one was revoked since. A
 * further way to prove an identity is an {@code AuthenticationMethod}. Imports {@code invocation}
 * and what that may import; knows neither connections nor transports.
 */
@NullMarked
package dev.frontdoor.auth;

import org.jspecify.annotations.NullMarked;
