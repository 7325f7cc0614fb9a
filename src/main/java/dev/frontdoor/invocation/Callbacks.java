package dev.frontdoor.invocation;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.protocol.WorkerRegistration;

import org.springframework.aop.support.AopUtils;

/**
 * Which optional callbacks a notifier implements.
 *
 * @param takes whether it may decline registrations
 * @param onWorkerAdmitted whether it follows acknowledgments
 * @param onChannelPublish whether it may consume publications
 * @param onDrain whether it follows drains
 */
record Callbacks(
        boolean takes, boolean onWorkerAdmitted, boolean onChannelPublish, boolean onDrain) {

    /** The callbacks of a bean; of its target if the bean is a proxy of Spring. */
    static Callbacks of(ConnectionNotifier bean) {
        Class<?> type = AopUtils.getTargetClass(bean);
        return new Callbacks(
                overrides(type, "takes", WorkerRegistration.class),
                overrides(type, "onWorkerAdmitted", long.class),
                overrides(type, "onChannelPublish", long.class, String.class, byte[].class),
                overrides(type, "onDrain", DrainNotice.class));
    }

    private static boolean overrides(Class<?> type, String name, Class<?>... parameters) {
        try {
            return !type.getMethod(name, parameters)
                    .getDeclaringClass()
                    .equals(ConnectionNotifier.class);
        } catch (NoSuchMethodException _) { // The target is no notifier, so its proxy is.
            return true;
        }
    }
}
