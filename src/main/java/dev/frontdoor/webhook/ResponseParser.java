package dev.frontdoor.webhook;

import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads heads of responses. One that ends early is none. */
final class ResponseParser extends DefaultHttpResponseParser {

    private @Nullable SessionInputBuffer buffer;

    ResponseParser(Http1Config bounds) {
        super(bounds);
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
            throws IOException, HttpException {
        this.buffer = buffer;
        return super.parse(buffer, new UntilTheEnd(in));
    }

    /** Whether bytes came that belong to no response. */
    boolean hasUnread() {
        return buffer != null && buffer.length() > 0;
    }

    /** Fails at the end of the stream. */
    private static final class UntilTheEnd extends FilterInputStream {

        UntilTheEnd(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int size = super.read(bytes, offset, length);
            if (size < 0) {
                throw new EOFException("the connection ended before the response did");
            }
            return size;
        }
    }
}
