package dev.frontdoor.conformance;

import static dev.frontdoor.conformance.Situation.library;
import static dev.frontdoor.conformance.Situation.wire;
import static dev.frontdoor.conformance.Stage.require;

import dev.frontdoor.conformance.Peer.Request;
import dev.frontdoor.conformance.Wire.Connect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The upgrade, Connect, and credentials. */
final class OpeningSituations {

    private OpeningSituations() {}

    static List<Situation> all() {
        List<Situation> all = new ArrayList<>();
        all.add(
                wire(
                        "upgrade-request",
                        "The upgrade asks for /liminal with WebSocket version 13, and has neither an"
                                + " extension nor a subprotocol nor an Origin.",
                        stage -> {
                            Request request = stage.accept().request();
                            require(
                                    request.line().equals("GET /liminal HTTP/1.1"),
                                    "the request line '%s'",
                                    request.line());
                            require(
                                    "websocket".equalsIgnoreCase(request.header("Upgrade"))
                                            && "13".equals(request.header("Sec-WebSocket-Version"))
                                            && request.all("Host").size() == 1
                                            && request.header("Sec-WebSocket-Key") != null,
                                    "the headers %s",
                                    request.headers());
                            Stream.of(
                                            "Origin",
                                            "Sec-WebSocket-Protocol",
                                            "Sec-WebSocket-Extensions")
                                    .forEach(name ->
                                            require(
                                                    request.header(name) == null,
                                                    "the header %s: %s",
                                                    name,
                                                    request.header(name)));
                        }));
        all.add(
                wire(
                                "labels",
                                "The upgrade has a User-Agent, and Worker-Labels with the labels as"
                                        + " strings of structured fields.",
                                stage -> {
                                    Request request = stage.accept().request();
                                    String labels = String.join(", ", request.all("Worker-Labels"));
                                    List<String> read =
                                            Stream.of(labels.split("\\s*,\\s*")).sorted().toList();
                                    require(
                                            read.equals(List.of("rack=\"7\"", "zone=\"eu1\"")),
                                            "Worker-Labels: %s",
                                            labels);
                                    require(
                                            request.header("User-Agent") != null,
                                            "no User-Agent; the headers are %s",
                                            request.headers());
                                })
                        .with("LABEL", "zone=eu1,rack=7"));
        all.add(
                wire(
                        "connect-without-token",
                        "Connect is the first frame. Its versions include 1.0, and its token is empty.",
                        stage -> {
                            Connect connect = Connect.of(stage.upgraded().expect(Wire.CONNECT));
                            require(
                                    connect.minMajor() * 1000 + connect.minMinor() <= 1000
                                            && connect.maxMajor() * 1000 + connect.maxMinor()
                                                    >= 1000,
                                    "%s",
                                    connect);
                            require(connect.token().isEmpty(), "%s", connect);
                        }));
        all.add(
                wire(
                        "connect-with-token",
                        "Connect carries the token, and the upgrade does not.",
                        stage -> {
                            stage.token("first-token");
                            Peer peer = stage.accept();
                            Request request = peer.request();
                            require(
                                    request.header("Authorization") == null,
                                    "the header Authorization");
                            peer.raw(Peer.switching(request));
                            peer.readFrames();
                            Connect connect = Connect.of(peer.expect(Wire.CONNECT));
                            require(connect.token().equals("first-token"), "%s", connect);
                        }));
        all.add(
                wire(
                                "token-in-upgrade",
                                "The upgrade carries the token as a bearer token, and a Connect has"
                                        + " none.",
                                stage -> {
                                    stage.token("first-token");
                                    Peer peer = stage.accept();
                                    Request request = peer.request();
                                    require(
                                            "Bearer first-token"
                                                    .equals(request.header("Authorization")),
                                            "Authorization: %s",
                                            request.header("Authorization"));
                                    peer.raw(Peer.switching(request));
                                    peer.readFrames();
                                    Connect connect = Connect.of(peer.expect(Wire.CONNECT));
                                    require(connect.token().isEmpty(), "%s", connect);
                                })
                        .with("TOKEN_IN", "upgrade"));
        all.add(
                wire(
                        "token-read-again",
                        "The token of a connection is read for that connection, after close 4014"
                                + " too.",
                        stage -> {
                            stage.token("first-token");
                            Peer peer = stage.registered();
                            stage.token("second-token");
                            peer.send(Wire.grantRevoked());
                            peer.closeWith(4014, "the token was revoked");
                            Connect connect = Connect.of(stage.upgraded().expect(Wire.CONNECT));
                            require(connect.token().equals("second-token"), "%s", connect);
                        }));
        all.add(
                wire(
                        "token-refused",
                        "After ConnectError 6 and close 1008 the program ends: it has no other"
                                + " token.",
                        stage -> {
                            stage.token("first-token");
                            Peer peer = stage.upgraded();
                            peer.expect(Wire.CONNECT);
                            peer.send(Wire.connectError(6, "the token is not accepted"));
                            peer.closeWith(1008, "the token is not accepted");
                            stage.expectFailed(1008);
                        }));
        all.add(
                library(
                        "token-refused-then-fresh",
                        "After a refused token the program asks for another, and reconnects with it"
                                + " if it differs.",
                        stage -> {
                            stage.token("first-token");
                            Peer peer = stage.upgraded();
                            peer.expect(Wire.CONNECT);
                            stage.token("second-token");
                            peer.send(Wire.connectError(6, "the token is not accepted"));
                            peer.closeWith(1008, "the token is not accepted");
                            Connect connect = Connect.of(stage.upgraded().expect(Wire.CONNECT));
                            require(connect.token().equals("second-token"), "%s", connect);
                        }));
        all.add(
                library(
                        "token-refused-over-and-over",
                        "After the fourth refused token in a row the program ends, fresh or not.",
                        stage -> {
                            stage.token("token-0");
                            for (int i = 1; i <= 4; i++) {
                                Peer peer = stage.upgraded();
                                peer.expect(Wire.CONNECT);
                                stage.token("token-" + i);
                                peer.send(Wire.connectError(6, "the token is not accepted"));
                                peer.closeWith(1008, "");
                            }
                            stage.expectFailed(1008);
                        }));
        all.add(
                library(
                                "renewal",
                                "Before the token expires, the program sends a fresh one in a further"
                                        + " Connect. The connection and its pushes go on.",
                                stage -> {
                                    stage.token("first-token");
                                    Peer peer = stage.registered();
                                    stage.token("second-token");
                                    awaitRenewal(peer, "first-token", "second-token");
                                    expectEcho(peer, 1, Wire.connectAck());
                                    stage.token("third-token");
                                    awaitRenewal(peer, "second-token", "third-token");
                                    require(
                                            stage.program().count("registered") == 1,
                                            "the states %s",
                                            stage.program().states());
                                })
                        .with("TOKEN_LIFETIME_MS", 2500));
        all.add(
                library(
                                "renewal-is-paced",
                                "A token that expires soon, or that has expired, is renewed once a second at"
                                        + " most.",
                                stage -> {
                                    stage.token("first-token");
                                    Peer peer = stage.registered();
                                    long start = System.nanoTime();
                                    for (int i = 0; i < 3; i++) {
                                        renewal(peer);
                                    }
                                    long millis = (System.nanoTime() - start) / 1_000_000;
                                    require(millis > 1_500, "3 renewals within %s ms", millis);
                                })
                        .with("TOKEN_LIFETIME_MS", 1));
        all.add(
                library(
                                "renewal-put-off",
                                "After ConnectError 0xFFFF to a renewal the connection goes on, and the"
                                        + " program asks again.",
                                stage -> {
                                    stage.token("first-token");
                                    Peer peer = stage.registered();
                                    byte[] later =
                                            Wire.connectError(0xffff, "it cannot be checked now");
                                    for (int i = 0; i < 3; i++) {
                                        peer.expect(Wire.CONNECT);
                                        peer.send(later);
                                    }
                                    expectEcho(peer, 1, later);
                                    peer.expect(Wire.CONNECT);
                                    peer.send(Wire.connectAck());
                                    expectEcho(peer, 2, Wire.connectAck());
                                })
                        .with("TOKEN_LIFETIME_MS", 2000)
                        .with("INITIAL_BACKOFF_MS", 1500)
                        .with("MAX_BACKOFF_MS", 1500));
        all.add(
                wire(
                        "unavailable-with-retry-after",
                        "After 503 with Retry-After the program waits at least so many seconds.",
                        stage -> {
                            Peer peer = stage.accept();
                            peer.request();
                            long start = System.nanoTime();
                            peer.status("503 Service Unavailable\r\nRetry-After: 2");
                            peer.close();
                            Peer second = stage.accept();
                            Duration waited = Duration.ofNanos(System.nanoTime() - start);
                            require(
                                    waited.toMillis() >= 1990,
                                    "the next connection after %s ms",
                                    waited.toMillis());
                            second.raw(Peer.switching(second.request()));
                            second.readFrames();
                            second.expect(Wire.CONNECT);
                        }));
        all.add(
                wire(
                        "unavailable-with-another-retry-after",
                        "A Retry-After that is no count of seconds counts as none.",
                        stage -> {
                            for (String text :
                                    List.of("Fri, 27 Nov 2099 12:00:00 GMT", "-5", "soon", "1.5")) {
                                Peer peer = stage.accept();
                                peer.request();
                                peer.status("503 Service Unavailable\r\nRetry-After: " + text);
                                peer.close();
                            }
                            stage.registered();
                        }));
        all.add(
                wire(
                        "status-come-back",
                        "After the statuses 408, 429, 500, 502, 503 and 504 the program comes back.",
                        stage -> {
                            for (int status : new int[] {408, 429, 500, 502, 503, 504}) {
                                Peer peer = stage.accept();
                                peer.request();
                                peer.status(status + " Later");
                                peer.close();
                            }
                            stage.registered();
                        }));
        for (int status : new int[] {400, 401, 403, 404, 426, 431}) {
            String header = status == 401 ? "\r\nWWW-Authenticate: Bearer" : "";
            all.add(
                    wire(
                            "status-" + status,
                            "After the status " + status + " the program ends, with exit status 1.",
                            stage -> {
                                stage.token("first-token");
                                Peer peer = stage.accept();
                                peer.request();
                                peer.status(status + " Refused" + header);
                                peer.close();
                                stage.expectFailed(status);
                            }));
        }
        all.add(
                wire(
                        "no-server-yet",
                        "A program that is started before the server gets in by itself.",
                        stage -> {
                            stage.stopListening();
                            stage.program().awaitState("waiting");
                            stage.program().awaitState("waiting");
                            stage.listenAgain();
                            stage.registered();
                        }));
        all.add(
                wire(
                                "upgrade-never-answered",
                                "A program whose upgrade is not answered gives it up, and comes back.",
                                stage -> {
                                    stage.accept();
                                    stage.registered();
                                })
                        .with("CONNECT_TIMEOUT_MS", 4000));
        all.add(
                wire(
                        "reset-before-the-answer",
                        "A connection that breaks before the upgrade is answered is followed by"
                                + " another.",
                        stage -> {
                            Peer peer = stage.accept();
                            peer.request();
                            peer.reset();
                            stage.registered();
                        }));
        all.add(
                wire(
                        "wrong-accept-key",
                        "A 101 that does not prove that the server speaks WebSocket opens nothing, and"
                                + " the program comes back.",
                        stage -> {
                            Peer peer = stage.accept();
                            Request request = peer.request();
                            String answer = new String(Peer.switching(request));
                            peer.raw(
                                    answer.replaceFirst("Accept: .{4}", "Accept: AAAA").getBytes());
                            peer.readFrames();
                            require(
                                    !(peer.next() instanceof Peer.Message),
                                    "a message on a connection that never opened");
                            peer.close();
                            stage.registered();
                        }));
        all.add(
                library(
                                "connect-never-answered",
                                "A program whose Connect is not answered gives the connection up, and"
                                        + " comes back.",
                                stage -> {
                                    Peer peer = stage.upgraded();
                                    peer.expect(Wire.CONNECT);
                                    peer.awaitEnd();
                                    peer.close();
                                    stage.registered();
                                })
                        .with("ANSWER_TIMEOUT_MS", 1000));
        all.add(
                wire(
                        "at-the-connection-limit",
                        "After ConnectError 0xFFFF and close 4003 the program comes back.",
                        stage -> {
                            Peer peer = stage.upgraded();
                            peer.send(Wire.connectError(0xffff, "100 connections are the limit"));
                            peer.closeWith(4003, "100 connections are the limit");
                            stage.registered();
                        }));
        all.add(
                wire(
                        "byte-by-byte",
                        "The answer to the upgrade and the frames may arrive in any pieces.",
                        stage -> {
                            Peer peer = stage.accept();
                            dribble(peer, Peer.switching(peer.request()));
                            peer.readFrames();
                            peer.expect(Wire.CONNECT);
                            dribble(peer, Peer.binary(Wire.connectAck()));
                            peer.expect(Wire.WORKER_REGISTER);
                            dribble(peer, Peer.binary(Wire.accepted()));
                            dribble(peer, Peer.binary(Wire.push(3, "piece by piece")));
                            peer.expectReply(3, "piece by piece");
                        }));
        return all;
    }

    /** Only a renewal that was under way before the change may have the former token. */
    private static void awaitRenewal(Peer peer, String former, String fresh)
            throws InterruptedException {
        String token = renewal(peer);
        if (token.equals(former)) {
            token = renewal(peer);
        }
        require(token.equals(fresh), "a renewal with the token '%s'", token);
    }

    private static String renewal(Peer peer) throws InterruptedException {
        String token = Connect.of(peer.expect(Wire.CONNECT)).token();
        peer.send(Wire.connectAck());
        return token;
    }

    /** One push and its reply; a renewal that comes between them gets this answer. */
    private static void expectEcho(Peer peer, long id, byte[] answer) throws InterruptedException {
        peer.send(Wire.push(id, "echo"));
        while (true) {
            Peer.Item item = peer.next();
            if (item instanceof Peer.Message message
                    && Wire.Frame.decode(message.bytes()).type() == Wire.CONNECT) {
                peer.send(answer);
                continue;
            }
            require(
                    item instanceof Peer.Message,
                    "%s instead of a reply while the token is renewed",
                    Peer.describe(item));
            Wire.Reply reply = Wire.Reply.of(Wire.Frame.decode(((Peer.Message) item).bytes()));
            require(reply.id() == id && reply.text().equals("echo"), "%s", reply);
            return;
        }
    }

    private static void dribble(Peer peer, byte[] bytes) throws InterruptedException {
        for (byte next : bytes) {
            peer.raw(new byte[] {next});
            Thread.sleep(1);
        }
    }
}
