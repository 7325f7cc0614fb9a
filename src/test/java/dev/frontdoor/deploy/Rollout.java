package dev.frontdoor.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What Kubernetes does with the pods of a Deployment whose template has changed, second by second:
 * it creates new pods and deletes old ones by the rules of the Deployment controller, which does
 * not count pods that are still stopping.
 */
final class Rollout {

    private static final int LIMIT = 100_000;

    /** One pod. Times are in seconds. */
    private static final class Pod {

        final boolean old;
        final int readyAt;
        int deletedAt = Integer.MAX_VALUE;

        Pod(boolean old, int readyAt) {
            this.old = old;
            this.readyAt = readyAt;
        }
    }

    private final int replicas;
    private final int maxSurge;
    private final int maxUnavailable;
    private final int minReadySeconds;
    private final int leavingSeconds;
    private final List<Pod> pods = new ArrayList<>();
    private int now;

    private Rollout(Manifest deployment, int minReadySeconds, int leavingSeconds) {
        replicas = deployment.number("spec/replicas");
        maxSurge = deployment.number("spec/strategy/rollingUpdate/maxSurge");
        maxUnavailable = deployment.number("spec/strategy/rollingUpdate/maxUnavailable");
        this.minReadySeconds = minReadySeconds;
        this.leavingSeconds = leavingSeconds;
        for (int i = 0; i < replicas; i++) {
            pods.add(new Pod(true, -minReadySeconds));
        }
    }

    /**
     * The largest number of pods that lose their workers in the same second.
     *
     * @param leavingSeconds from the deletion of a pod until its last worker has left
     * @param startSeconds how long each new pod takes until it is ready
     */
    static int mostLeaving(
            Manifest deployment,
            int minReadySeconds,
            int leavingSeconds,
            IntSupplier startSeconds) {
        return new Rollout(deployment, minReadySeconds, leavingSeconds).run(startSeconds);
    }

    private int run(IntSupplier startSeconds) {
        int most = 0;
        for (now = 0; existing(true) > 0 || existing(false) < replicas; now++) {
            if (now > LIMIT) {
                throw new AssertionError("the rollout never ends");
            }
            delete();
            create(startSeconds);
            most = Math.max(most, (int) pods.stream().filter(this::isLeaving).count());
        }
        return most;
    }

    private void create(IntSupplier startSeconds) {
        int room = replicas + maxSurge - existing(true) - existing(false);
        int missing = Math.min(room, replicas - existing(false));
        for (int i = 0; i < missing; i++) {
            pods.add(new Pod(false, now + startSeconds.getAsInt()));
        }
    }

    private void delete() {
        long available = pods.stream().filter(this::isAvailable).count();
        pods.stream()
                .filter(pod -> pod.old && exists(pod))
                .limit(Math.max(0, available - (replicas - maxUnavailable)))
                .forEach(pod -> pod.deletedAt = now);
    }

    private int existing(boolean old) {
        return (int) pods.stream().filter(pod -> pod.old == old && exists(pod)).count();
    }

    private boolean exists(Pod pod) {
        return now < pod.deletedAt;
    }

    private boolean isAvailable(Pod pod) {
        return exists(pod) && now >= pod.readyAt + minReadySeconds;
    }

    private boolean isLeaving(Pod pod) {
        return pod.deletedAt <= now && now < pod.deletedAt + leavingSeconds;
    }
}
