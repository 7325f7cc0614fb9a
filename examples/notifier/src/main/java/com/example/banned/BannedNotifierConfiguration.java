package com.example.banned;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Makes the notifier a bean. The imports file names this class, and so the service finds it. */
@AutoConfiguration
class BannedNotifierConfiguration {

    @Bean
    BannedNotifier banned() {
        return new BannedNotifier();
    }
}
