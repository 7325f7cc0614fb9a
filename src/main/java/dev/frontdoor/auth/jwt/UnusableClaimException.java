package dev.frontdoor.auth.jwt;

/** A claim is not what the settings make of it. The message says which, without its value. */
final class UnusableClaimException extends RuntimeException {

    UnusableClaimException(String message) {
        super(message, null, false, false);
    }
}
