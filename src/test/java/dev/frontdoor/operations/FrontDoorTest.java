package dev.frontdoor.operations;

import dev.frontdoor.FrontDoorApplication;
import dev.frontdoor.test.server.LeakGuard;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Runs the tests of one class against a service with these settings, and stops it after them. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        args = {
            "--management.server.port=0",
            "--frontdoor.tcp.port=0",
            "--management.defaults.metrics.export.enabled=true",
            "--frontdoor.limits.close-timeout=1s",
            "--frontdoor.limits.max-event-loop-lag=0s",
            "--frontdoor.notifiers.timeout=60s",
            "--frontdoor.registrations.decision-timeout=90s",
            "--frontdoor.drain.window=0s",
            "--frontdoor.drain.push-grace=0s"
        })
@Import({TestApplication.class, OwnEventLoops.class})
@DirtiesContext
@ExtendWith(LeakGuard.class)
@TestConstructor(autowireMode = AutowireMode.ALL)
@interface FrontDoorTest {

    /** Settings, as {@code key=value}. */
    @AliasFor(annotation = SpringBootTest.class, attribute = "properties")
    String[] value() default {};
}
