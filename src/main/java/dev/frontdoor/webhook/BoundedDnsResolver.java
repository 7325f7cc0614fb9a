package dev.frontdoor.webhook;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks names up on threads of their own, since nothing can end a look-up. */
final class BoundedDnsResolver implements DnsResolver {

    private final DnsResolver resolver;
    private final Duration timeout;

    BoundedDnsResolver(Duration timeout) {
        this(SystemDefaultDnsResolver.INSTANCE, timeout);
    }

    BoundedDnsResolver(DnsResolver resolver, Duration timeout) {
        this.resolver = resolver;
        this.timeout = timeout;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        FutureTask<InetAddress[]> found = new FutureTask<>(() -> resolver.resolve(host));
        Thread _ = Thread.ofVirtual().name("webhook-name").start(found);
        try {
            return found.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown("interrupted before the address of " + host, e);
        } catch (TimeoutException e) {
            throw unknown("no address of %s within %s".formatted(host, timeout), e);
        } catch (ExecutionException e) {
            throw unknown("no address of " + host, e);
        }
    }

    private static UnknownHostException unknown(String why, Exception cause) {
        UnknownHostException unknown = new UnknownHostException(why);
        unknown.initCause(cause);
        return unknown;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return resolver.resolveCanonicalHostname(host);
    }
}
