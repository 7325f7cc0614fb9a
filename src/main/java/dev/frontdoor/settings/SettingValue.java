package dev.frontdoor.settings;

import dev.frontdoor.logging.Secrets;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/** What reports show of a value that may be a secret, or contain one. */
final class SettingValue {

    /** An element that says so: {@code tokens}, {@code key-store-password}, {@code private-key}. */
    private static final Pattern SECRET =
            Pattern.compile(
                    "(?i)(?!.*(-file|\\.name|\\.role)$)"
                            + "(.*(token|secret|password|passphrase|credential|authorization|header)s?([.\\[].*)?"
                            + "|.*[-.]key)");

    private SettingValue() {}

    /** Whether the value of a setting may be a secret. */
    static boolean isSecret(String name) {
        return SECRET.matcher(name).matches();
    }

    /** The value of a setting, as far as it is no secret. */
    static String shown(String name, @Nullable Object value) {
        return isSecret(name) ? Secrets.HIDDEN : Secrets.hideInUrls(String.valueOf(value));
    }
}
