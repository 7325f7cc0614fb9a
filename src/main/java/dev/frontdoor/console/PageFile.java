package dev.frontdoor.console;

import org.springframework.http.MediaType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * One file of the page, in memory.
 *
 * @param type its content type, with the charset of texts
 * @param hash tells this content from any other
 */
@SuppressWarnings("ArrayRecordComponent")
record PageFile(MediaType type, byte[] content, byte[] compressed, String hash) {

    private static final int HASH_SIZE = 12;

    static PageFile of(String name, byte[] content) {
        return new PageFile(type(name), content, compress(content), hash(content));
    }

    /** Reads a file beside this class. */
    static PageFile read(String name) {
        try (InputStream file = PageFile.class.getResourceAsStream("page/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the jar has no file " + name + " of the page");
            }
            return of(name, file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MediaType type(String name) {
        String type =
                switch (name.substring(name.lastIndexOf('.') + 1)) {
                    case "html" -> "text/html";
                    case "css" -> "text/css";
                    case "js" -> "text/javascript";
                    case "json" -> "application/json";
                    case "md" -> "text/markdown";
                    case "svg" -> "image/svg+xml";
                    default -> throw new IllegalArgumentException("no content type for " + name);
                };
        return MediaType.parseMediaType(type + ";charset=UTF-8");
    }

    private static byte[] compress(byte[] content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(Arrays.copyOf(digest, HASH_SIZE));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JDK has SHA-256", e);
        }
    }
}
