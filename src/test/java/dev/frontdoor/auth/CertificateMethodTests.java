package dev.frontdoor.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.CertificateProperties.Entry;
import dev.frontdoor.notifier.Credentials;
import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.test.server.TestAuthority;
import dev.frontdoor.test.server.TestAuthority.Request;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** What a certificate says of its owner. */
class CertificateMethodTests {

    private static final TestAuthority CA = TestAuthority.create("authority");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SUBJECT | CN=alice, O=Billing\\, Inc.",
                "SUBJECT | O=Billing, OU=x + CN=alice",
                "SUBJECT | cn=alice"
            })
    void commonNameIsFoundWhereverItIs(CertificateName nameFrom, String subject) {
        assertThat(check(nameFrom, new Request(subject))).isInstanceOf(Accepted.class);
        assertThat(principal(nameFrom, new Request(subject)).name()).isEqualTo("alice");
    }

    @Test
    void dnsNameCountsInLowerCase() {
        assertThat(principal(CertificateName.SAN_DNS, new Request("CN=x").dns("Alice.Test")).name())
                .isEqualTo("alice.test");
    }

    @Test
    void alternativeNamesOfOtherKindsDoNotCount() {
        assertThat(check(CertificateName.SAN_DNS, new Request("CN=x").uri("spiffe://test/alice")))
                .isEqualTo(
                        new Refused(
                                "it has no DNS names in its subject alternative names; exactly one"
                                        + " is needed"));
    }

    @Test
    void severalCommonNamesAreRefused() {
        assertThat(check(CertificateName.SUBJECT, new Request("CN=alice, CN=bob")))
                .isEqualTo(
                        new Refused("it has 2 common names in its subject; exactly one is needed"));
    }

    @Test
    void nameWithAControlCharacterIsRefused() {
        assertThat(check(CertificateName.SUBJECT, new Request("CN=\"alice\\00bob\"")))
                .isInstanceOf(Refused.class);
    }

    @Test
    void emptyNameIsRefused() {
        assertThat(check(CertificateName.SAN_URI, new Request("CN=x").uri("")))
                .isInstanceOf(Refused.class);
    }

    @Test
    void firstEntryThatMatchesGrants() {
        Entry first = new Entry("billing-*", List.of("billing"), List.of("fast"));
        Entry second = new Entry("*", List.of(), List.of());
        assertThat(principal(CertificateName.SUBJECT, new Request("CN=billing-1"), first, second))
                .extracting(Principal::grants)
                .isEqualTo(new Grants(List.of("billing"), List.of("fast")));
        assertThat(principal(CertificateName.SUBJECT, new Request("CN=other"), first, second))
                .extracting(Principal::grants)
                .isEqualTo(new Grants(List.of(), List.of()));
    }

    @Test
    void nameThatMatchesNoEntryIsRefusedAndWithoutEntriesEveryNameIsGood() {
        Entry entry = new Entry("billing-*", List.of("*"), List.of("*"));
        assertThat(check(CertificateName.SUBJECT, new Request("CN=other"), entry))
                .isInstanceOf(Refused.class);
        assertThat(principal(CertificateName.SUBJECT, new Request("CN=other")).grants())
                .isEqualTo(Grants.ALL);
    }

    private static Principal principal(CertificateName from, Request request, Entry... entries) {
        return ((Accepted) check(from, request, entries)).principal();
    }

    private static AuthenticationResult check(
            CertificateName from, Request request, Entry... entries) {
        CertificateMethod method =
                CertificateMethod.ofWorkers(new CertificateProperties(from, List.of(entries)));
        PresentedCredentials presented =
                new PresentedCredentials(
                        new Credentials(null, CA.issue(request).chain(), "127.0.0.1:1", null));
        assertThat(method.decides(presented)).isTrue();
        return method.check(presented, () -> true, _ -> {});
    }
}
