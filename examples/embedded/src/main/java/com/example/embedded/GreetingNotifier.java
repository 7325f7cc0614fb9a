package com.example.embedded;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

import org.springframework.stereotype.Component;

/** Accepts the workers that can greet. */
@Component("greeting")
final class GreetingNotifier implements ConnectionNotifier {

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        if (!registration.activityTypes().contains("greet")) {
            throw new RegistrationRejectedException("this application needs workers that greet");
        }
    }

    @Override
    public void onWorkerUnregistered(long pid) {}
}
