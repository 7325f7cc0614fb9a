package dev.frontdoor.actuate;

import dev.frontdoor.notifier.DisplayText;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.invoke.ParameterMappingException;

/** Names a parameter that has an impossible value. Spring Boot only says that there is one. */
final class ParameterFaults implements OperationInvokerAdvisor {

    @Override
    public OperationInvoker apply(
            EndpointId endpoint,
            OperationType type,
            OperationParameters parameters,
            OperationInvoker invoker) {
        return context -> {
            try {
                return invoker.invoke(context);
            } catch (ParameterMappingException e) {
                String reason =
                        "'%s' cannot be '%s'"
                                .formatted(
                                        e.getParameter().getName(),
                                        DisplayText.of(String.valueOf(e.getValue())));
                throw new InvalidEndpointRequestException(reason, reason, e);
            }
        };
    }
}
