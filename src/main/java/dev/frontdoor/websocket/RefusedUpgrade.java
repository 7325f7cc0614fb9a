package dev.frontdoor.websocket;

/**
 * Why one request on the workers' path is not upgraded.
 *
 * @param refusal the kind
 * @param text what the client reads
 */
record RefusedUpgrade(UpgradeRefusal refusal, String text) {

    RefusedUpgrade(UpgradeRefusal refusal) {
        this(refusal, refusal.reason());
    }
}
