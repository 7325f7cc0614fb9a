package dev.frontdoor.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.Gson;
import com.google.gson.JsonElement;

import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1alpha3.BackendTLSPolicy;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares rendered objects with the models that client libraries have of them. */
final class Models {

    private static final Map<String, Class<?>> EXTENSIONS =
            Map.of(
                    "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class,
                    "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class,
                    "gateway.networking.k8s.io/v1 HTTPRoute", HTTPRoute.class,
                    // The library has it from before it became v1, with the same fields.
                    "gateway.networking.k8s.io/v1 BackendTLSPolicy", BackendTLSPolicy.class,
                    "cert-manager.io/v1 Certificate", Certificate.class);

    /** KEDA and GKE publish no models for Java: these are the fields that the chart uses. */
    private static final Map<String, Set<String>> FIELDS =
            Map.of(
                    "keda.sh/v1alpha1 ScaledObject",
                    Set.of(
                            "scaleTargetRef",
                            "minReplicaCount",
                            "maxReplicaCount",
                            "pollingInterval",
                            "cooldownPeriod",
                            "advanced",
                            "triggers"),
                    "cloud.google.com/v1 BackendConfig",
                    Set.of("timeoutSec", "connectionDraining", "healthCheck"));

    private static final Set<String> CORE_GROUPS =
            Set.of("v1", "apps/v1", "autoscaling/v2", "networking.k8s.io/v1", "policy/v1");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Models() {}

    /** The unknown, missing or wrongly typed fields of the object; empty if it fits. */
    static List<String> faults(Manifest object) {
        String type = object.apiVersion() + " " + object.kind();
        if (CORE_GROUPS.contains(object.apiVersion())) {
            return coreFaults(object);
        }
        if (EXTENSIONS.containsKey(type)) {
            return extensionFaults(object, EXTENSIONS.get(type));
        }
        Set<String> fields = FIELDS.get(type);
        if (fields != null) {
            return Chart.map(object.at("spec")).keySet().stream()
                    .filter(field -> !fields.contains(field))
                    .map(field -> "unknown field spec." + field)
                    .toList();
        }
        return List.of("no model for " + type);
    }

    private static List<String> coreFaults(Manifest object) {
        String version = object.apiVersion().replaceFirst(".*/", "").toUpperCase(Locale.ROOT);
        String name = "io.kubernetes.client.openapi.models." + version + object.kind();
        try {
            Class.forName(name)
                    .getMethod("validateJsonElement", JsonElement.class)
                    .invoke(null, new Gson().toJsonTree(object.content()));
            return List.of();
        } catch (InvocationTargetException e) {
            return List.of(String.valueOf(e.getCause().getMessage()));
        } catch (ReflectiveOperationException e) {
            return List.of("no model " + name);
        }
    }

    private static List<String> extensionFaults(Manifest object, Class<?> model) {
        JsonNode tree = MAPPER.valueToTree(object.content());
        List<String> faults = new ArrayList<>();
        try {
            MAPPER.treeToValue(tree, model);
        } catch (JsonProcessingException e) {
            faults.add(e.getOriginalMessage());
        }
        unknownFields("", tree, MAPPER.constructType(model), faults);
        return faults;
    }

    /**
     * The models keep unknown fields aside instead of refusing them, so they are looked for here.
     */
    private static void unknownFields(
            String path, JsonNode node, JavaType type, List<String> faults) {
        if (type.isCollectionLikeType()) {
            node.forEach(item -> unknownFields(path + "[]", item, type.getContentType(), faults));
        } else if (node.isObject() && !type.isMapLikeType() && !type.isJavaLangObject()) {
            Map<String, JavaType> known = new TreeMap<>();
            BeanDescription bean = MAPPER.getDeserializationConfig().introspect(type);
            bean.findProperties()
                    .forEach(property -> known.put(property.getName(), property.getPrimaryType()));
            node.properties()
                    .forEach(field -> {
                        String name = path + "." + field.getKey();
                        JavaType of = known.get(field.getKey());
                        if (of == null) {
                            faults.add("unknown field " + name);
                        } else {
                            unknownFields(name, field.getValue(), of, faults);
                        }
                    });
        }
    }
}
