package dev.frontdoor.registration;

/** What became of a registration. */
public sealed interface Decision {

    /** It is in force: it is in the live table, and every holder has been told. */
    record Accepted() implements Decision {}

    /**
     * It was refused; an earlier one of the same connection stays in force.
     *
     * @param reason what the worker is told
     */
    record Rejected(String reason) implements Decision {}

    /** The connection ended first. */
    record Abandoned() implements Decision {}
}
