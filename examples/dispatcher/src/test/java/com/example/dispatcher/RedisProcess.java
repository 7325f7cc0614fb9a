package com.example.dispatcher;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A Redis for the tests of one class, which keeps nothing on disk. Without one they are skipped.
 */
final class RedisProcess implements BeforeAllCallback, AfterAllCallback {

    private static final String MISSING =
            "redis-server is not on the PATH: tests of the dispatcher on a fleet are skipped";

    private final int port = freePort();
    private Process process;

    String port() {
        return Integer.toString(port);
    }

    @Override
    public void beforeAll(ExtensionContext test) {
        if (!isInstalled()) {
            System.out.println(MISSING);
            Assumptions.abort(MISSING);
        }
        start();
    }

    /** Starts it, without any key. */
    void start() {
        try {
            process =
                    new ProcessBuilder(
                                    "redis-server",
                                    "--port",
                                    port(),
                                    "--bind",
                                    "127.0.0.1",
                                    "--save",
                                    "")
                            .redirectOutput(Redirect.DISCARD)
                            .redirectError(Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Waiting.until("Redis answers", () -> command("PING").startsWith("+PONG"));
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** How many entries one of the dispatcher's hashes has; -1 if Redis does not answer. */
    int sizeOf(String hash) {
        String answer = command("HLEN dispatcher:{tasks}:" + hash);
        return answer.startsWith(":") ? Integer.parseInt(answer.substring(1).strip()) : -1;
    }

    /** The answer to a command, as it comes; empty if there is none. */
    String command(String command) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void afterAll(ExtensionContext test) {
        if (process != null) {
            kill();
        }
    }

    private static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "redis-server")));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
