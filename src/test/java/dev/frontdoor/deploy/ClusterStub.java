package dev.frontdoor.deploy;

import com.google.gson.Gson;
import com.marcnuri.helm.DryRun;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An API server that knows one Deployment of the release, and whatever Helm asks first. */
final class ClusterStub implements AutoCloseable {

    private static final Gson GSON = new Gson();

    private final HttpServer server;
    private final Map<String, Object> answers = new HashMap<>();

    /** A cluster where the release's Deployment has so many replicas. */
    ClusterStub(int replicas) throws IOException {
        answers.put("/version", Map.of("major", "1", "minor", "36", "gitVersion", "v1.36.0"));
        answers.put("/api", Map.of("kind", "APIVersions", "versions", List.of("v1")));
        answers.put(
                "/apis", groups("apps", "autoscaling", "networking.k8s.io", "policy", "keda.sh"));
        answers.put(
                "/api/v1",
                resources("v1", "services", "configmaps", "secrets", "serviceaccounts", "pods"));
        answers.put("/apis/apps/v1", resources("apps/v1", "deployments"));
        answers.put(
                "/apis/autoscaling/v2", resources("autoscaling/v2", "horizontalpodautoscalers"));
        answers.put(
                "/apis/networking.k8s.io/v1", resources("networking.k8s.io/v1", "networkpolicies"));
        answers.put("/apis/keda.sh/v1alpha1", resources("keda.sh/v1alpha1", "scaledobjects"));
        answers.put("/apis/policy/v1", resources("policy/v1", "poddisruptionbudgets"));
        answers.put(
                "/api/v1/namespaces/%s/secrets".formatted(Chart.NAMESPACE),
                Map.of("kind", "SecretList", "apiVersion", "v1", "items", List.of()));
        answers.put(
                "/apis/apps/v1/namespaces/%s/deployments/%s"
                        .formatted(Chart.NAMESPACE, Chart.FULL_NAME),
                deployment(replicas));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** What Helm prints after an installation of these values in this cluster. */
    String notes(String values, Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("values.yaml"), values);
        return Chart.helm()
                .install()
                .withName(Chart.RELEASE)
                .withNamespace(Chart.NAMESPACE)
                .withValuesFile(Chart.REGISTRY)
                .withValuesFile(file)
                .withKubeConfigContents(kubeConfig())
                .disableOpenApiValidation()
                .dryRun()
                .withDryRunOption(DryRun.SERVER)
                .call()
                .getOutput();
    }

    /** What Helm needs to reach it. */
    String kubeConfig() {
        return """
        apiVersion: v1
        kind: Config
        clusters: [{name: stub, cluster: {server: "http://localhost:%d"}}]
        users: [{name: stub, user: {}}]
        contexts: [{name: stub, context: {cluster: stub, user: stub}}]
        current-context: stub
        """
                .formatted(server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        Object answer = answers.get(exchange.getRequestURI().getPath());
        byte[] body =
                GSON.toJson(answer == null ? notFound() : answer).getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Object notFound() {
        return Map.of(
                "kind",
                "Status",
                "apiVersion",
                "v1",
                "status",
                "Failure",
                "reason",
                "NotFound",
                "code",
                404);
    }

    private static Object groups(String... names) {
        return Map.of(
                "kind",
                "APIGroupList",
                "apiVersion",
                "v1",
                "groups",
                List.of(names).stream().map(ClusterStub::group).toList());
    }

    private static Object group(String name) {
        String version =
                switch (name) {
                    case "autoscaling" -> "v2";
                    case "keda.sh" -> "v1alpha1";
                    default -> "v1";
                };
        Map<String, String> only = Map.of("groupVersion", name + "/" + version, "version", version);
        return Map.of("name", name, "versions", List.of(only), "preferredVersion", only);
    }

    private static Object resources(String version, String... names) {
        return Map.of(
                "kind",
                "APIResourceList",
                "groupVersion",
                version,
                "resources",
                List.of(names).stream()
                        .map(name ->
                                Map.of(
                                        "name",
                                        name,
                                        "singularName",
                                        "",
                                        "namespaced",
                                        true,
                                        "kind",
                                        kind(name),
                                        "verbs",
                                        List.of("get", "list", "create")))
                        .toList());
    }

    private static String kind(String resource) {
        return switch (resource) {
            case "services" -> "Service";
            case "configmaps" -> "ConfigMap";
            case "secrets" -> "Secret";
            case "serviceaccounts" -> "ServiceAccount";
            case "pods" -> "Pod";
            case "deployments" -> "Deployment";
            case "horizontalpodautoscalers" -> "HorizontalPodAutoscaler";
            case "networkpolicies" -> "NetworkPolicy";
            case "scaledobjects" -> "ScaledObject";
            case "poddisruptionbudgets" -> "PodDisruptionBudget";
            default -> throw new IllegalArgumentException(resource);
        };
    }

    private static Object deployment(int replicas) {
        return Map.of(
                "apiVersion",
                "apps/v1",
                "kind",
                "Deployment",
                "metadata",
                Map.of(
                        "name",
                        Chart.FULL_NAME,
                        "namespace",
                        Chart.NAMESPACE,
                        "labels",
                        Map.of("app.kubernetes.io/managed-by", "Helm"),
                        "annotations",
                        Map.of(
                                "meta.helm.sh/release-name",
                                Chart.RELEASE,
                                "meta.helm.sh/release-namespace",
                                Chart.NAMESPACE)),
                "spec",
                Map.of("replicas", replicas));
    }
}
