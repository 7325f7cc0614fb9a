package dev.frontdoor.auth.jwt;

/**
 * What checks the JSON Web Tokens of operators.
 *
 * @param isEnabled whether operators may prove themselves by one
 */
public record OperatorJwt(
        boolean isEnabled, JwtKeys keys, JwtVerifier verifier, VerifiedTokens verified) {}
