package com.example.banned;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Makes the notifier a bean; the service finds this class by its name in the imports file. */
@AutoConfiguration
class BannedNotifierConfiguration {

    @Bean
    BannedNotifier banned() {
        return new BannedNotifier();
    }
}
