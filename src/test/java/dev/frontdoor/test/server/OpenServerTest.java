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

/** Runs tests against a service without authentication and with default limits. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = FrontDoorApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "frontdoor.tcp.port=0",
            "management.defaults.metrics.export.enabled=true",
            "management.prometheus.metrics.export.enabled=true",
            "frontdoor.instance=under-test",
            "frontdoor.notifiers.timeout=60s",
            "frontdoor.registrations.decision-timeout=90s",
            "frontdoor.limits.request-head-timeout=60s",
            "frontdoor.limits.close-timeout=1s",
            "frontdoor.limits.max-event-loop-lag=0s"
        })
@Import(TestApplication.class)
@ExtendWith(LeakGuard.class)
@TestConstructor(autowireMode = AutowireMode.ALL)
public @interface OpenServerTest {}
