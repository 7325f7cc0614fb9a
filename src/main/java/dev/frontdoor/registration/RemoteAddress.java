package dev.frontdoor.registration;

/** The address of a peer, as {@code host:port} or {@code host}. */
public final class RemoteAddress {

    private RemoteAddress() {}

    /** The address without its port, if it has one. */
    public static String host(String address) {
        int colon = address.lastIndexOf(':');
        boolean hasPort = address.startsWith("[") || address.indexOf(':') == colon;
        return colon >= 0 && hasPort ? address.substring(0, colon) : address;
    }
}
