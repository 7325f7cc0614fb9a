package dev.frontdoor.websocket;

/**
 * Why one request on the workers' path is not upgraded.
 *
 * @param refusal the kind
 * @param text what the client reads
 * @param logged what the log says
 */
record RefusedUpgrade(UpgradeRefusal refusal, String text, String logged) {

    RefusedUpgrade(UpgradeRefusal refusal, String text) {
        this(refusal, text, text);
    }

    RefusedUpgrade(UpgradeRefusal refusal) {
        this(refusal, refusal.reason());
    }
}
