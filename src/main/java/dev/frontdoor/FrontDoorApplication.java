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
        SpringApplication.run(FrontDoorApplication.class, args);
    }

    /** Gives libraries and notifiers the same locale, time zone and line separator everywhere. */
    private static void useNeutralDefaults() {
        Locale.setDefault(Locale.ROOT);
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        System.setProperty("line.separator", "\n");
    }
}
