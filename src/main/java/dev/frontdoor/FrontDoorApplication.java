package dev.frontdoor;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the worker front door. */
@SpringBootApplication
public class FrontDoorApplication {

    /**
     * Runs the service until the process receives SIGTERM.
     *
     * @param args settings as {@code --key=value}
     */
    public static void main(String[] args) {
        SpringApplication.run(FrontDoorApplication.class, args);
    }
}
