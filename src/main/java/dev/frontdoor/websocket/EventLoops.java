package dev.frontdoor.websocket;

import dev.frontdoor.connection.AcceptStandby;
import dev.frontdoor.connection.ThreadProgress;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.client.ReactorResourceFactory;

import reactor.netty.resources.LoopResources;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Gives a web server event loops of its own, so that workers and operators do not wait for each
 * other. The loops end with the context that the server belongs to.
 */
class EventLoops
        implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, DisposableBean {

    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

    private final ReactorResourceFactory resources = new ReactorResourceFactory();
    private final String name;
    private final ThreadProgress progress;

    /**
     * Event loops that are started with the server. One of them accepts the connections of a port,
     * if there can be a standby for it; otherwise a thread of its own does.
     *
     * @param name begins the name of each loop's thread
     * @param count how many there are, 1 or more
     * @param progress watches them
     */
    EventLoops(String name, int count, ThreadProgress progress) {
        this.name = name;
        this.progress = progress;
        resources.setUseGlobalResources(false);
        resources.setLoopResourcesSupplier(() -> newLoops(name, count));
        resources.setShutdownQuietPeriod(Duration.ZERO);
        resources.setShutdownTimeout(SHUTDOWN_TIMEOUT);
        resources.afterPropertiesSet();
    }

    private static LoopResources newLoops(String name, int count) {
        return LoopResources.DEFAULT_NATIVE && AcceptStandby.isSupported()
                ? LoopResources.create(name, count, true)
                : LoopResources.create(name, 1, count, true);
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.setResourceFactory(resources);
        loops().forEach(progress::watch);
    }

    @Override
    public void destroy() {
        loops().keySet().forEach(progress::unwatch);
        resources.destroy();
    }

    LoopResources loopResources() {
        return resources.getLoopResources();
    }

    /** The loops by the names under which they are watched. */
    Map<String, Executor> loops() {
        Map<String, Executor> loops = new LinkedHashMap<>();
        for (Executor loop : loopResources().onServer(LoopResources.DEFAULT_NATIVE)) {
            loops.put(name + "-" + (loops.size() + 1), loop);
        }
        return loops;
    }
}
