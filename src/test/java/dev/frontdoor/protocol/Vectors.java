package dev.frontdoor.protocol;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** The recorded messages that this service and the reference codec must agree on. */
public final class Vectors {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Vectors() {}

    /** The messages of a file. */
    public static List<byte[]> messages(String file) {
        return read(file).stream()
                .map(vector -> HexFormat.of().parseHex(vector.required("hex").stringValue()))
                .toList();
    }

    /** The objects of a file of one JSON object a line. */
    public static List<JsonNode> read(String file) {
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        Vectors.class.getResourceAsStream("/vectors/" + file)),
                                StandardCharsets.UTF_8))) {
            return in.lines().map(JSON::readTree).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
