package dev.frontdoor.audit;

import dev.frontdoor.notifier.Workers;

import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("frontdoor.audit.enabled")
class AuditConfiguration {

    @Bean
    AuditNotifier audit(Workers workers) {
        return new AuditNotifier(
                LoggerFactory.getLogger("dev.frontdoor.audit"), workers::connection);
    }
}
