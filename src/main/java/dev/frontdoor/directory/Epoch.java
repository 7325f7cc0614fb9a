package dev.frontdoor.directory;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One stay of an instance in the directory, and the names of its keys. The keys of one instance
 * share a slot of a cluster.
 *
 * @param schema the version of the schema that it writes
 * @param instance the name of the process
 * @param number 1, 2, and so on within the instance
 */
record Epoch(int schema, String instance, long number) {

    /** The schema that this instance writes. It reads the one before, too. */
    static final int SCHEMA = 1;

    /** The set of all epochs, whatever their schema. */
    static final String ALL = "frontdoor:instances";

    /** Characters of a name that stand in a key; a longer one is cut, and ends with its hash. */
    private static final int MAX_NAME = 200;

    /** An epoch by its member of the set; null if it is not one. */
    static @Nullable Epoch parse(String member) {
        String[] parts = member.split("\\|", 3);
        try {
            return parts.length < 3
                    ? null
                    : new Epoch(Integer.parseInt(parts[0]), parts[2], Long.parseLong(parts[1]));
        } catch (NumberFormatException _) {
            return null;
        }
    }

    /** The channel of the changes of a schema. */
    static String channel(int schema) {
        return "frontdoor:%s:changes".formatted(schema);
    }

    /** Its member of the set of all epochs. */
    String member() {
        return "%s|%s|%s".formatted(schema, number, instance);
    }

    /** Whether this instance can read it. */
    boolean isReadable() {
        return schema == SCHEMA || schema == SCHEMA - 1;
    }

    /** The key of its facts; those of its entries and indexes differ in their end. */
    String facts() {
        return key(number + ":m");
    }

    /** The key of its entries in the order of their registration. */
    String order() {
        return key(number + ":o");
    }

    /** The key of the pids that were reported lost. */
    String lost() {
        return key("lost");
    }

    /** The key of the instance's latest epoch. */
    String latest() {
        return key("epoch");
    }

    /** The key of the messages to the instance. */
    String inbox() {
        return key("inbox");
    }

    /** The key of what the instance says about reading its messages; there while it does. */
    String reader() {
        return key("reader");
    }

    /** The epoch after or before it. */
    Epoch plus(long more) {
        return new Epoch(schema, instance, number + more);
    }

    private String key(String end) {
        return "frontdoor:%s:{%s}:%s".formatted(schema, encode(instance), end);
    }

    private static String encode(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte next : name.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (next & 0xff);
            boolean plain =
                    (character >= 'a' && character <= 'z')
                            || (character >= 'A' && character <= 'Z')
                            || (character >= '0' && character <= '9')
                            || "._/-".indexOf(character) >= 0;
            if (plain) {
                encoded.append(character);
            } else {
                encoded.append('%').append(HexFormat.of().toHexDigits(next));
            }
        }
        if (encoded.length() > MAX_NAME) {
            encoded.setLength(MAX_NAME);
            encoded.append('.').append(hash(name));
        }
        return encoded.toString();
    }

    private static String hash(String name) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(name.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
