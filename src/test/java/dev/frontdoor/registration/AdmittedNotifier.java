package dev.frontdoor.registration;

import java.util.function.LongConsumer;

/** Records the calls that follow an ack, too, as {@code NAME told PID admitted}. */
final class AdmittedNotifier extends ScriptedNotifier {

    private volatile LongConsumer admitting = _ -> {};

    AdmittedNotifier(String name, History history) {
        super(name, history);
    }

    AdmittedNotifier admitting(LongConsumer script) {
        admitting = script;
        return this;
    }

    @Override
    public void onWorkerAdmitted(long pid) {
        add("told %d admitted".formatted(pid));
        admitting.accept(pid);
    }
}
