package dev.frontdoor.protocol;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

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
        try (var in = Files.newBufferedReader(Path.of("conformance", "vectors", file))) {
            return in.lines().map(JSON::readTree).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
