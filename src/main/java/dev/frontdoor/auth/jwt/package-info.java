/**
 * JSON Web Tokens: which keys an issuer signs with, and what a token of it proves. {@link
 * dev.frontdoor.auth.jwt.JwtKeys} fetches the keys, {@link dev.frontdoor.auth.jwt.JwtVerifier}
 * checks a token with them, and {@link dev.frontdoor.auth.jwt.VerifiedTokens} remembers those that
 * were checked. Knows the packages below {@code auth}, and nothing of {@code auth} itself.
 */
@NullMarked
package dev.frontdoor.auth.jwt;

import org.jspecify.annotations.NullMarked;
