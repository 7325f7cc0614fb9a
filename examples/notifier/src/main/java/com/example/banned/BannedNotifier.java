package com.example.banned;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;

/** Rejects workers whose identity starts with {@code banned-}. */
final class BannedNotifier implements ConnectionNotifier {

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        if (registration.identity().startsWith("banned-")) {
            throw new RegistrationRejectedException(registration.identity() + " is banned");
        }
    }

    @Override
    public void onWorkerUnregistered(long pid) {}
}
