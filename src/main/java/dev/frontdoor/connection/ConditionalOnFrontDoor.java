package dev.frontdoor.connection;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A part of the management server that exists only in the service itself. Spring Boot finds such
 * parts in every application that has the service on its class path, for instance in a test of a
 * notifier's author, where nothing that they need is there.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ConditionalOnBean(Connections.class)
public @interface ConditionalOnFrontDoor {}
