package dev.frontdoor.websocket;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.client.ReactorResourceFactory;

import reactor.netty.resources.LoopResources;

import java.time.Duration;

/**
 * Gives a web server event loops of its own, so that workers and operators do not wait for each
 * other. The loops end with the context that the server belongs to.
 */
class EventLoops
        implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, DisposableBean {

    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

    private final ReactorResourceFactory resources = new ReactorResourceFactory();

    /**
     * Event loops that are started with the server.
     *
     * @param name begins the name of each loop's thread
     * @param count how many there are, 1 or more
     */
    EventLoops(String name, int count) {
        resources.setUseGlobalResources(false);
        resources.setLoopResourcesSupplier(() -> LoopResources.create(name, count, true));
        resources.setShutdownQuietPeriod(Duration.ZERO);
        resources.setShutdownTimeout(SHUTDOWN_TIMEOUT);
        resources.afterPropertiesSet();
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.setResourceFactory(resources);
    }

    @Override
    public void destroy() {
        resources.destroy();
    }
}
