package dev.frontdoor;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

import java.util.Locale;
import java.util.TimeZone;

/** Starts the worker front door. */
@SpringBootApplication
public class FrontDoorApplication {

    /**
     * Runs the service until the process receives SIGTERM.
     *
     * @param args settings as {@code --key=value}
     */
    public static void main(String[] args) {
        useNeutralDefaults();
        boundDirectMemory();
        SpringApplication.run(FrontDoorApplication.class, args);
    }

    /**
     * Leaves a part of the container to the rest of the process. By itself, Netty takes as much as
     * the heap beside it.
     */
    private static void boundDirectMemory() {
        String max = "io.netty.maxDirectMemory";
        if (System.getProperty(max) == null) {
            System.setProperty(max, Long.toString(Runtime.getRuntime().maxMemory() / 2));
        }
    }

    /** Gives libraries and notifiers the same locale, time zone and line separator everywhere. */
    private static void useNeutralDefaults() {
        Locale.setDefault(Locale.ROOT);
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        System.setProperty("line.separator", "\n");
    }
}
