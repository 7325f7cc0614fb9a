package dev.frontdoor.actuate;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.Instance;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.RegistrationService;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ActuateConfiguration {

    @Bean
    RegistrationsEndpoint registrationsEndpoint(
            Instance instance, Connections connections, LiveTable table, PushService pushes) {
        return new RegistrationsEndpoint(instance, connections, table, pushes);
    }

    @Bean
    NotifiersEndpoint notifiersEndpoint(RegistrationService registrations) {
        return new NotifiersEndpoint(registrations);
    }

    @Bean
    FrontDoorHealthIndicator frontDoorHealthIndicator(Connections connections, LiveTable table) {
        return new FrontDoorHealthIndicator(connections, table);
    }
}
