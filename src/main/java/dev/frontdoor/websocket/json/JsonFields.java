package dev.frontdoor.websocket.json;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.protocol.ProtocolVersion;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The members of one object: each must be there, be of its kind, and be read. */
final class JsonFields {

    static final long MAX_U32 = 0xFFFF_FFFFL;

    private static final BigInteger MAX_U64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private final JsonNode json;
    private final String what;
    private final Set<String> read = new HashSet<>();

    JsonFields(JsonNode json, String what) {
        if (!json.isObject()) {
            throw JsonFrames.malformed("'%s' must be an object".formatted(what));
        }
        this.json = json;
        this.what = what;
    }

    boolean has(String name) {
        return json.has(name);
    }

    boolean isNull(String name) {
        return field(name).isNull();
    }

    private JsonNode field(String name) {
        read.add(name);
        JsonNode value = json.get(name);
        if (value == null) {
            throw JsonFrames.malformed("the member '%s' is missing".formatted(name));
        }
        return value;
    }

    private static ProtocolException wrong(String name, String allowed) {
        return JsonFrames.malformed("the member '%s' must be %s".formatted(name, allowed));
    }

    String text(String name) {
        return text(name, field(name));
    }

    private static String text(String name, JsonNode value) {
        if (!value.isString()) {
            throw wrong(name, "a string");
        }
        return value.stringValue();
    }

    @Nullable String optionalText(String name) {
        return isNull(name) ? null : text(name);
    }

    long number(String name, long max) {
        return number(name, field(name), BigInteger.valueOf(max));
    }

    /** A number of 64 bits without a sign. */
    long unsigned(String name) {
        return number(name, field(name), MAX_U64);
    }

    @Nullable Long optionalUnsigned(String name) {
        return isNull(name) ? null : unsigned(name);
    }

    private static long number(String name, JsonNode value, BigInteger max) {
        if (!value.isIntegralNumber()
                || value.bigIntegerValue().signum() < 0
                || value.bigIntegerValue().compareTo(max) > 0) {
            throw wrong(name, "an integer from 0 to " + max);
        }
        return value.bigIntegerValue().longValue();
    }

    Bytes bytes(String name) {
        return bytes(name, field(name));
    }

    private static Bytes bytes(String name, JsonNode value) {
        try {
            return Bytes.ofHex(text(name, value));
        } catch (IllegalArgumentException e) {
            throw wrong(name, "pairs of hexadecimal digits");
        }
    }

    ProtocolVersion version(String name) {
        JsonNode version = field(name);
        if (!version.isArray() || version.size() != 2) {
            throw wrong(name, "an array of two numbers");
        }
        BigInteger max = BigInteger.valueOf(0xFFFF);
        return new ProtocolVersion(
                (int) number(name, version.get(0), max), (int) number(name, version.get(1), max));
    }

    JsonFields object(String name) {
        return new JsonFields(field(name), name);
    }

    List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        items(name).forEach(item -> objects.add(new JsonFields(item, name)));
        return objects;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        items(name).forEach(item -> texts.add(text(name, item)));
        return texts;
    }

    List<Bytes> bytesList(String name) {
        List<Bytes> list = new ArrayList<>();
        items(name).forEach(item -> list.add(bytes(name, item)));
        return list;
    }

    private Iterable<JsonNode> items(String name) {
        JsonNode array = field(name);
        if (!array.isArray()) {
            throw wrong(name, "an array");
        }
        return array.values();
    }

    /** Refuses members that nobody has read. */
    void end() {
        for (String name : json.propertyNames()) {
            if (!read.contains(name)) {
                throw JsonFrames.malformed("'%s' has a member too many".formatted(what));
            }
        }
    }
}
