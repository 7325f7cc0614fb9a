package dev.frontdoor.auth;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Where a certificate has the name of its principal. */
enum CertificateName {
    /** Nowhere: certificates prove nothing. */
    NONE("names"),
    /** In its subject: the common name. */
    SUBJECT("common names in its subject"),
    /** In its subject alternative names: the URI, as SPIFFE has it. */
    SAN_URI("URIs in its subject alternative names"),
    /** In its subject alternative names: the DNS name, in lower case. */
    SAN_DNS("DNS names in its subject alternative names");

    private static final int DNS_NAME = 2;
    private static final int URI = 6;

    private final String plural;

    CertificateName(String plural) {
        this.plural = plural;
    }

    /** What there is of them in a certificate, for messages. */
    String plural() {
        return plural;
    }

    /**
     * All such names of a certificate.
     *
     * @throws CertificateParsingException if it is malformed there
     */
    List<String> in(X509Certificate certificate) throws CertificateParsingException {
        return switch (this) {
            case NONE -> List.of();
            case SUBJECT -> commonNames(certificate);
            case SAN_URI -> alternativeNames(certificate, URI);
            case SAN_DNS ->
                    alternativeNames(certificate, DNS_NAME).stream()
                            .map(name -> name.toLowerCase(Locale.ROOT))
                            .toList();
        };
    }

    private static List<String> commonNames(X509Certificate certificate)
            throws CertificateParsingException {
        List<String> names = new ArrayList<>();
        try {
            for (Rdn part :
                    new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                Attribute name = part.toAttributes().get("CN");
                // A value that is no text is an array.
                if (name != null && name.get() instanceof String text) {
                    names.add(text);
                }
            }
        } catch (NamingException e) {
            throw new CertificateParsingException("the subject is malformed", e);
        }
        return names;
    }

    private static List<String> alternativeNames(X509Certificate certificate, int kind)
            throws CertificateParsingException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> all = certificate.getSubjectAlternativeNames();
        for (List<?> name : all == null ? List.<List<?>>of() : all) {
            if (name.get(0) instanceof Integer tag
                    && tag == kind
                    && name.get(1) instanceof String text) {
                names.add(text);
            }
        }
        return names;
    }
}
