package dev.frontdoor.test.server;

import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the tests of a class twice: {@link ServerUnderTest#worker} makes workers over WebSocket
 * first, then over TCP.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(BothTransports.Invocations.class)
public @interface BothTransports {

    /** One run for each transport. */
    final class Invocations implements ClassTemplateInvocationContextProvider {

        @Override
        public boolean supportsClassTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<Over> provideClassTemplateInvocationContexts(ExtensionContext context) {
            return Stream.of(WorkerTransport.values()).map(Over::new);
        }
    }

    /** The run over one transport. */
    record Over(WorkerTransport transport)
            implements ClassTemplateInvocationContext, BeforeEachCallback, AfterEachCallback {

        @Override
        public String getDisplayName(int invocationIndex) {
            return transport.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public void beforeEach(ExtensionContext test) {
            use(test, transport);
        }

        /** Other classes share the server. */
        @Override
        public void afterEach(ExtensionContext test) {
            use(test, WorkerTransport.WEBSOCKET);
        }

        private static void use(ExtensionContext test, WorkerTransport transport) {
            SpringExtension.getApplicationContext(test)
                    .getBean(ServerUnderTest.class)
                    .use(transport);
        }
    }
}
