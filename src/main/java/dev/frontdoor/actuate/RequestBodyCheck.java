package dev.frontdoor.actuate;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;

import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Refuses a POST to one of this service's endpoints with status 400, if its JSON body has a member
 * that the operation does not declare. Spring Boot ignores such a member.
 */
final class RequestBodyCheck implements OperationInvokerAdvisor {

    private final ListableBeanFactory beans;

    RequestBodyCheck(ListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public OperationInvoker apply(
            EndpointId endpoint,
            OperationType type,
            OperationParameters parameters,
            OperationInvoker invoker) {
        if (type != OperationType.WRITE || !isOurs(endpoint)) {
            return invoker;
        }
        TreeSet<String> allowed =
                parameters.stream()
                        .map(OperationParameter::getName)
                        .collect(Collectors.toCollection(TreeSet::new));
        return context -> {
            for (String name : context.getArguments().keySet()) {
                ParameterValues.requireKnown(name, allowed);
            }
            return invoker.invoke(context);
        };
    }

    private boolean isOurs(EndpointId endpoint) {
        for (String bean : beans.getBeanNamesForAnnotation(Endpoint.class)) {
            Class<?> type = beans.getType(bean);
            Endpoint declared = beans.findAnnotationOnBean(bean, Endpoint.class);
            if (declared != null && endpoint.equals(EndpointId.of(declared.id()))) {
                return type != null && QueryParameterFilter.isOurs(type);
            }
        }
        return false;
    }
}
