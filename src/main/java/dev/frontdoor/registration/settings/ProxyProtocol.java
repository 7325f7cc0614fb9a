package dev.frontdoor.registration.settings;

/** Whether connections begin with a header of the PROXY protocol. */
public enum ProxyProtocol {

    /** No header is looked for. */
    OFF,

    /** A trusted proxy may send one. */
    OPTIONAL,

    /** Every connection comes from a trusted proxy and begins with one. */
    REQUIRED
}
