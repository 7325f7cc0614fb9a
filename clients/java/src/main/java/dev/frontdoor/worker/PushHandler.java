package dev.frontdoor.worker;

/** Does the work of a worker. */
@FunctionalInterface
public interface PushHandler {

    /**
     * Called once for each push, on a thread of its own, for as many pushes at once as the worker's
     * capacity allows. The thread is interrupted when the connection ends or a stop has no more
     * time. A push may come again on another connection.
     *
     * @return the payload of the reply
     * @throws Refusal to refuse the push with this code and these words
     * @throws Exception any other exception refuses the push as {@code internal}, without its text
     */
    byte[] handle(Push push) throws Exception;
}
