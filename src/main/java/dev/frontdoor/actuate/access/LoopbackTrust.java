package dev.frontdoor.actuate.access;

/** Whether a request from this machine that no proxy forwarded needs no credentials. */
enum LoopbackTrust {
    /** While operators have no credentials. */
    WITHOUT_AUTH,
    /** Always. */
    ALWAYS,
    /** Never. */
    NEVER;

    /**
     * Whether it is trusted.
     *
     * @param authentication whether operators have credentials
     */
    boolean applies(boolean authentication) {
        return switch (this) {
            case WITHOUT_AUTH -> !authentication;
            case ALWAYS -> true;
            case NEVER -> false;
        };
    }
}
