package dev.frontdoor.worker;

/**
 * How a worker ended.
 *
 * @param state {@link State#STOPPED} or {@link State#FAILED}
 * @param code the close code or the HTTP status; 0 after a stop or a rejection
 * @param reason a text for people, may be empty
 */
public record End(State state, int code, String reason) {}
