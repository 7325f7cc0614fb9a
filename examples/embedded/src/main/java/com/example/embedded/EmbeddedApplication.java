package com.example.embedded;

import dev.frontdoor.FrontDoorApplication;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** An application that accepts workers itself. */
@SpringBootApplication
@Import(FrontDoorApplication.class)
class EmbeddedApplication {

    /** Starts the application. */
    static void main(String[] args) {
        SpringApplication.run(EmbeddedApplication.class, args);
    }
}
