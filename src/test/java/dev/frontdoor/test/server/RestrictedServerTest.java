package dev.frontdoor.test.server;

import dev.frontdoor.FrontDoorApplication;

import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs tests against a service that requires a token, allows two origins, and has low limits: 3
 * connections, messages of 4 KB, and one second for a request head.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "frontdoor.tcp.port=0",
            "frontdoor.instance=guarded",
            "frontdoor.auth.tokens=sesame,second",
            "frontdoor.allowed-origins=https://app.example,http://localhost:3000",
            "frontdoor.limits.max-connections=3",
            "frontdoor.limits.max-frame-size=4KB",
            "frontdoor.limits.request-head-timeout=1s",
            "frontdoor.limits.close-timeout=1s",
            "frontdoor.limits.max-event-loop-lag=0s"
        })
@Import(TestApplication.class)
@ExtendWith(LeakGuard.class)
@TestConstructor(autowireMode = AutowireMode.ALL)
public @interface RestrictedServerTest {

    /** A token that the service accepts. */
    String TOKEN = "sesame";

    /** The maximum size of a message in bytes. */
    int MAX_FRAME_SIZE = 4096;

    /** The maximum number of connections. */
    int MAX_CONNECTIONS = 3;
}
