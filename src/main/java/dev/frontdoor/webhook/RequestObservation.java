package dev.frontdoor.webhook;

import io.micrometer.common.KeyValue;

import org.springframework.http.client.observation.ClientHttpObservationDocumentation.HighCardinalityKeyNames;
import org.springframework.http.client.observation.ClientRequestObservationContext;
import org.springframework.http.client.observation.DefaultClientRequestObservationConvention;

/** What a span says of a request. It leaves out the query of the address, which may be a secret. */
final class RequestObservation extends DefaultClientRequestObservationConvention {

    @Override
    protected KeyValue requestUri(ClientRequestObservationContext context) {
        KeyValue address = super.requestUri(context);
        int query = address.getValue().indexOf('?');
        return query < 0
                ? address
                : KeyValue.of(
                        HighCardinalityKeyNames.HTTP_URL, address.getValue().substring(0, query));
    }
}
