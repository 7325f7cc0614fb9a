package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

class BoundedDnsResolverTests {

    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void stop() {
        end.countDown();
    }

    @Test
    void lookUpThatHangsFindsNothing() {
        assertThatThrownBy(() -> hanging(Duration.ofMillis(1)).resolve("receiver"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("no address of receiver within PT0.001S");
    }

    @Test
    void interruptEndsALookUp() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> hanging(Settings.LONG).resolve("receiver"))
                .isInstanceOf(UnknownHostException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    private BoundedDnsResolver hanging(Duration timeout) {
        return new BoundedDnsResolver(
                new SystemDefaultDnsResolver() {
                    @Override
                    public InetAddress[] resolve(String host) throws UnknownHostException {
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return super.resolve(host);
                    }
                },
                timeout);
    }
}
