package dev.frontdoor.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the files that hold one token each, and the directories of such files. The name of a file
 * is that of the token. In directories, names that begin with a dot are skipped: those of
 * Kubernetes, and those of editors.
 */
final class TokenFiles {

    /** The longest token in UTF-8, with a line break. */
    private static final int MAX_FILE_SIZE = 3 * AuthenticationService.MAX_TOKEN_LENGTH + 2;

    private final List<Path> paths;

    TokenFiles(List<Path> paths) {
        this.paths = List.copyOf(paths);
    }

    boolean hasPaths() {
        return !paths.isEmpty();
    }

    /** What is found now, by file. A file that is missing is absent. */
    SortedMap<Path, Content> read() {
        SortedMap<Path, Content> found = new TreeMap<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                readDirectory(path, found);
            } else {
                readFile(path, found);
            }
        }
        return found;
    }

    private static void readDirectory(Path directory, Map<Path, Content> found) {
        SortedMap<Path, Content> ofDirectory = new TreeMap<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, file -> !name(file).startsWith("."))) {
            for (Path file : files) {
                if (found.size() + ofDirectory.size() >= NamedTokens.MAX_TOKENS) {
                    found.put(directory, new Fault("there are more than 1000 files of tokens"));
                    return;
                }
                if (!Files.isDirectory(file)) {
                    readFile(file, ofDirectory);
                }
            }
            found.putAll(ofDirectory);
        } catch (NoSuchFileException _) {
            // It was removed just now, with all its files.
        } catch (IOException | RuntimeException e) {
            found.put(directory, new Fault("the directory cannot be read: " + e));
        }
    }

    private static void readFile(Path file, Map<Path, Content> found) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // To read a pipe might take forever.
            found.put(file, new Fault("it is no regular file"));
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            found.put(file, content(name(file), in.readNBytes(MAX_FILE_SIZE + 1)));
        } catch (NoSuchFileException _) {
            // It is missing.
        } catch (IOException | RuntimeException e) {
            found.put(file, new Fault("the file cannot be read: " + e));
        }
    }

    private static Content content(String name, byte[] bytes) {
        String nameFault = TokenText.nameFault(name);
        if (nameFault != null) {
            return new Fault(nameFault);
        }
        if (bytes.length > MAX_FILE_SIZE) {
            return new Fault("a token must have at most 16384 characters");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            return new Fault("a token must be UTF-8");
        }
        String token = text.replaceFirst("\r?\n\\z", "");
        String fault = TokenText.fault(token);
        return fault == null ? new Token(NamedToken.of(name, token)) : new Fault(fault);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** What one read finds in a place. */
    sealed interface Content {}

    /** A token. */
    record Token(NamedToken token) implements Content {}

    /**
     * Something that is no token.
     *
     * @param reason says why, without what is in the file
     */
    record Fault(String reason) implements Content {}
}
