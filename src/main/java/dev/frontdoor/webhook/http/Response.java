package dev.frontdoor.webhook.http;

import io.netty.handler.codec.http.HttpResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A response that has been read, apart from a body beyond its bound. */
final class Response implements ClientHttpResponse {

    private final HttpResponse head;
    private final InputStream body;
    private final boolean reusable;
    private final HttpHeaders headers = new HttpHeaders();

    Response(HttpResponse head, byte[] body, boolean reusable) {
        this.head = head;
        this.body = new ByteArrayInputStream(body);
        this.reusable = reusable;
        head.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
    }

    /** Whether its connection can take the next request. */
    boolean leavesConnectionReusable() {
        return reusable;
    }

    @Override
    public HttpStatusCode getStatusCode() {
        return HttpStatusCode.valueOf(head.status().code());
    }

    @Override
    public String getStatusText() {
        return head.status().reasonPhrase();
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public InputStream getBody() {
        return body;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
