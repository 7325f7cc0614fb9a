package dev.frontdoor.webhook.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the responses of one connection, each after its request. Used by one thread at a time. */
final class ResponseReader implements AutoCloseable {

    private static final int MAX_HEAD_SIZE = 384 * 1024;
    private static final int MAX_BODY_SIZE = 16 * 1024;
    private static final int SWITCHING_PROTOCOLS = 101;

    private final Decoder decoder = new Decoder();
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);
    private final InputStream in;
    private final byte[] read = new byte[4096];
    private boolean atEnd;

    ResponseReader(InputStream in) {
        this.in = in;
    }

    /** Reads a response, of its body the first 16 KB. */
    Response read() throws IOException {
        HttpResponse head = readHead();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean complete = false;
        while (!complete && body.size() < MAX_BODY_SIZE) {
            HttpContent content = (HttpContent) next();
            try {
                append(content.content(), body);
                complete = content instanceof LastHttpContent;
            } finally {
                boolean _ = content.release();
            }
        }
        boolean reusable = complete && !atEnd && HttpUtil.isKeepAlive(head) && nothingFollows();
        return new Response(head, body.toByteArray(), reusable);
    }

    private boolean nothingFollows() {
        return channel.inboundMessages().isEmpty() && decoder.unreadBytes() == 0;
    }

    private static void append(ByteBuf content, ByteArrayOutputStream body) throws IOException {
        int size = Math.min(content.readableBytes(), MAX_BODY_SIZE - body.size());
        content.readBytes(body, size);
    }

    /** Reads the head of a response, after any interim ones. */
    HttpResponse readHead() throws IOException {
        while (true) {
            HttpObject next = next();
            if (next instanceof HttpResponse head && !isInterim(head)) {
                return head;
            }
            boolean _ = ReferenceCountUtil.release(next);
        }
    }

    private static boolean isInterim(HttpResponse head) {
        int status = head.status().code();
        return status / 100 == 1 && status != SWITCHING_PROTOCOLS;
    }

    private HttpObject next() throws IOException {
        HttpObject next = channel.readInbound();
        while (next == null) {
            if (atEnd) {
                throw new EOFException("the connection ended before the response did");
            }
            int size = in.read(read);
            if (size < 0) {
                atEnd = true;
                boolean _ = channel.finish();
            } else {
                boolean _ = channel.writeInbound(Unpooled.copiedBuffer(read, 0, size));
            }
            next = channel.readInbound();
        }
        if (next.decoderResult().isFailure()) {
            boolean _ = ReferenceCountUtil.release(next);
            throw new IOException("what came is no response", next.decoderResult().cause());
        }
        return next;
    }

    @Override
    public void close() {
        boolean _ = channel.finishAndReleaseAll();
    }

    /** Knows how many bytes it has not decoded. */
    private static final class Decoder extends HttpResponseDecoder {

        Decoder() {
            super(
                    new HttpDecoderConfig()
                            .setMaxInitialLineLength(MAX_HEAD_SIZE)
                            .setMaxHeaderSize(MAX_HEAD_SIZE));
        }

        int unreadBytes() {
            return actualReadableBytes();
        }
    }
}
