package dev.frontdoor.connection.tls;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.StringUtils;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Notices what Spring Boot skips in a file of certificates: one that ends half-way. Then the rest
 * of the chain, or of the trusted authorities, would be missing without a word.
 */
final class PemFiles {

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ");
    private static final Pattern END = Pattern.compile("-----END ");
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN [A-Z0-9 ]*CERTIFICATE-----");

    private final Map<String, PemSslBundleProperties> bundles;
    private final ResourceLoader resources;

    /** The files of the bundles with these names. */
    PemFiles(Map<String, PemSslBundleProperties> bundles, ResourceLoader resources) {
        this.bundles = new LinkedHashMap<>(bundles);
        this.resources = resources;
    }

    /**
     * Why the files of a bundle cannot be used; null if they can, or if it has none.
     *
     * @param keys how many certificates were read for its key; -1 if reading has failed
     * @param trusted how many certificates of authorities were read; -1 if reading has failed
     */
    @Nullable String fault(String bundle, int keys, int trusted) throws IOException {
        PemSslBundleProperties files = bundles.get(bundle);
        if (files == null) {
            return null;
        }
        String fault = fault(files.getKeystore().getPrivateKey(), -1);
        fault = fault == null ? fault(files.getKeystore().getCertificate(), keys) : fault;
        return fault == null ? fault(files.getTruststore().getCertificate(), trusted) : fault;
    }

    private @Nullable String fault(@Nullable String location, int read) throws IOException {
        if (!StringUtils.hasText(location)) {
            return null;
        }
        boolean inline = BEGIN.matcher(location).find();
        String name = inline ? "the text of the settings" : location;
        String text =
                inline
                        ? location
                        : resources
                                .getResource(location)
                                .getContentAsString(StandardCharsets.ISO_8859_1);
        long begun = BEGIN.matcher(text).results().count();
        if (begun == 0) {
            return name + " is not in PEM form";
        }
        if (begun != END.matcher(text).results().count()) {
            return name + " is incomplete";
        }
        return read >= 0 && read != CERTIFICATE.matcher(text).results().count()
                ? name + " changed while it was read"
                : null;
    }
}
