package dev.frontdoor.conformance;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that happens to workers.
 *
 * @param name what selects it on the command line
 * @param profile who must cope with it
 * @param requirement what a program must do
 * @param settings environment variables, without {@code FRONTDOOR_}
 */
record Situation(
        String name,
        Profile profile,
        String requirement,
        Map<String, String> settings,
        Script script) {

    /** Which programs a situation is for. */
    enum Profile {
        /** Every worker: the rules of the protocol. The program only echoes. */
        WIRE,
        /** Libraries: the model that all of them share. */
        LIBRARY
    }

    /** Plays the server. It returns if the program has done what is required. */
    interface Script {
        void play(Stage stage) throws Exception;
    }

    static Situation wire(String name, String requirement, Script script) {
        return new Situation(name, Profile.WIRE, requirement, Map.of(), script);
    }

    static Situation library(String name, String requirement, Script script) {
        return new Situation(name, Profile.LIBRARY, requirement, Map.of(), script);
    }

    Situation with(String variable, Object value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(variable, String.valueOf(value));
        return new Situation(name, profile, requirement, more, script);
    }
}
