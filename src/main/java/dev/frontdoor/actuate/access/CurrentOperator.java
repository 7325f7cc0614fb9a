package dev.frontdoor.actuate.access;

import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import java.util.function.Function;

/** Who sent the request that is being served. */
public final class CurrentOperator {

    private CurrentOperator() {}

    /** Who sent it; an anonymous operator if they have shown nothing. */
    public static Mono<Operator> get() {
        return ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .map(OperatorAuthentication::operator)
                .defaultIfEmpty(Operator.ANONYMOUS);
    }

    /**
     * Calls a function with who sent the request, as a phrase for logs, events and responses.
     *
     * @param function runs when the result is subscribed to; may block
     */
    public static <T> Mono<T> call(Function<String, T> function) {
        return get().flatMap(operator ->
                Mono.fromCallable(() -> function.apply(operator.phrase()))
                        .subscribeOn(Schedulers.boundedElastic()));
    }
}
