package dev.frontdoor.webhook;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Bounds a whole request, from the look-up of the name to the end of the response: its time, and
 * how much of the response's body is read.
 */
final class Attempt implements ExecChainHandler {

    private static final int MAX_BODY_SIZE = 16 * 1024;

    private final Duration timeout;
    private final Scheduler timer;

    Attempt(Duration timeout, Scheduler timer) {
        this.timeout = timeout;
        this.timer = timer;
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        HttpUriRequestBase cancelled = (HttpUriRequestBase) scope.originalRequest;
        Disposable deadline =
                timer.schedule(cancelled::cancel, timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            // A proxy that opens no tunnel responds in place of the receiver.
            if (scope.clientContext.getResponse() == null) {
                throw new ConnectException("the proxy responded with status " + response.getCode());
            }
            HttpEntity body = response.getEntity();
            if (body != null) {
                byte[] read = body.getContent().readNBytes(MAX_BODY_SIZE);
                response.setEntity(new ByteArrayEntity(read, null));
            }
            return response;
        } catch (IllegalStateException e) {
            // The client was closed, or the time was over before there was a socket to close.
            throw new IOException("the connection was closed before its use", e);
        } finally {
            deadline.dispose();
            // Closes the connection, unless the response was read to its end.
            scope.execRuntime.discardEndpoint();
        }
    }
}
