package dev.frontdoor.registration.settings;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.util.List;

/**
 * Which upgrades and identities the service accepts, and its own name.
 *
 * @param path the path workers upgrade on
 * @param instance the place of this process: the name of its pod or host
 * @param duplicateIdentity what happens to a worker whose identity another connection has
 * @param allowedOrigins the values of {@code Origin} that may upgrade; a worker that sends none is
 *     not affected
 * @param jsonSubprotocol whether a worker may ask for frames as JSON
 * @param proxyProtocol whether connections of trusted proxies begin with a header of the PROXY
 *     protocol
 * @param eventLoops how many event loops serve the workers' port; 0 for as many as there are
 *     processors
 */
@Validated
@ConfigurationProperties("frontdoor")
public record FrontDoorProperties(
        @DefaultValue("/liminal")
                @Pattern(
                        regexp = "/[^?#]*",
                        message = "must start with / and contain neither ? nor #")
                String path,
        @DefaultValue("worker-front-door")
                @NotBlank(message = "must not be empty")
                @Size(max = 253, message = "must have at most 253 characters")
                String instance,
        @DefaultValue("allow") DuplicateIdentity duplicateIdentity,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue("false") boolean jsonSubprotocol,
        @DefaultValue("off") ProxyProtocol proxyProtocol,
        @DefaultValue("0")
                @Min(value = 0, message = FROM_0_TO_1024)
                @Max(value = 1024, message = FROM_0_TO_1024)
                int eventLoops) {

    private static final String FROM_0_TO_1024 = "must be from 0 to 1024";

    /** Copies the list. */
    public FrontDoorProperties {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
