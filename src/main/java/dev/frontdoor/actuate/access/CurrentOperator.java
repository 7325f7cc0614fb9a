package dev.frontdoor.actuate.access;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import java.util.function.Function;

/** Who sent the request that is being served. */
public final class CurrentOperator {

    private CurrentOperator() {}

    /** Serves a request of an operator. */
    static Mono<Void> during(String operator, Mono<Void> served) {
        return served.contextWrite(context -> context.put(CurrentOperator.class, operator));
    }

    /**
     * Calls a function with who sent the request, as a phrase for logs and responses.
     *
     * @param function runs when the result is subscribed to; may block
     */
    public static <T> Mono<T> call(Function<String, T> function) {
        return Mono.deferContextual(
                        context -> {
                            String name =
                                    context.getOrDefault(
                                            CurrentOperator.class, AccessDecision.ANONYMOUS);
                            return Mono.fromCallable(
                                    () -> function.apply("operator '" + name + "'"));
                        })
                .subscribeOn(Schedulers.boundedElastic());
    }
}
