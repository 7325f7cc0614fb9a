package dev.frontdoor.schema;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;

import java.util.List;

/**
 * Rejects a registration with a schema that is no JSON Schema. It takes only what it rejects, so it
 * holds no worker, and the other notifiers decide about all others. It is called first.
 */
final class SchemaNotifier implements ConnectionNotifier, Ordered {

    private final MetaSchemas metaSchemas = new MetaSchemas();

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public boolean takes(WorkerRegistration registration) {
        return violation(registration.activities()) != null;
    }

    @Override
    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
        String violation = violation(registration.activities());
        if (violation != null) {
            throw new RegistrationRejectedException(violation);
        }
    }

    @Override
    public void onWorkerUnregistered(long pid) {
        // It holds no worker.
    }

    private @Nullable String violation(List<Activity> activities) {
        for (int i = 0; i < activities.size(); i++) {
            Activity activity = activities.get(i);
            String violation = violation("input", i, activity.inputSchemaJson());
            if (violation == null) {
                violation = violation("output", i, activity.outputSchemaJson());
            }
            if (violation != null) {
                return violation;
            }
        }
        return null;
    }

    private @Nullable String violation(String which, int index, String schema) {
        String violation = metaSchemas.violation(schema);
        return violation == null
                ? null
                : "the %s schema of activity %s %s".formatted(which, index + 1, violation);
    }
}
