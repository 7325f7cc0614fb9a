package dev.frontdoor.auth;

import dev.frontdoor.notifier.Grants;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.util.List;

/**
 * What a worker's certificate proves.
 *
 * @param nameFrom where a certificate has the name of its principal
 * @param principals which principals there may be, and what they may register; empty for all, and
 *     everything
 */
@Validated
@ConfigurationProperties("frontdoor.auth.certificates")
record CertificateProperties(
        @DefaultValue("none") CertificateName nameFrom,
        @DefaultValue @Size(max = 1000) List<@Valid Entry> principals) {

    static final String FROM_1_TO_1024 = "must have 1 to 1024 characters";
    static final String AT_MOST_1024 = "must have at most 1024 patterns";

    /** Copies the list. */
    CertificateProperties {
        principals = List.copyOf(principals);
    }

    /**
     * What some principals may register. A list holds globs; an empty one grants nothing.
     *
     * @param name a glob for the names of the principals
     * @param namespaces the namespaces that are granted
     * @param taskQueues the task queues that are granted
     */
    record Entry(
            @DefaultValue("") @NotEmpty(message = "must not be empty") String name,
            @DefaultValue("*") @Size(max = 1024, message = AT_MOST_1024)
                    List<@Size(min = 1, max = 1024, message = FROM_1_TO_1024) String> namespaces,
            @DefaultValue("*") @Size(max = 1024, message = AT_MOST_1024)
                    List<@Size(min = 1, max = 1024, message = FROM_1_TO_1024) String> taskQueues) {

        /** Copies the lists. */
        Entry {
            namespaces = List.copyOf(namespaces);
            taskQueues = List.copyOf(taskQueues);
        }

        Grants grants() {
            return new Grants(namespaces, taskQueues);
        }
    }
}
