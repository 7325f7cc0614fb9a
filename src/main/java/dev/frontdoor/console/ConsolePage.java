package dev.frontdoor.console;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;

import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of the page by their path below it. The list is fixed, so that a path never leads to
 * another file. One of them is made: it tells the page where the endpoints are.
 */
final class ConsolePage {

    /** The path of the page on the management port. */
    static final String PATH = "/console/";

    /** The page itself. */
    static final String INDEX = "index.html";

    /** The address of each endpoint, relative to the page. */
    static final String ENDPOINTS = "endpoints.json";

    /** Every file in the jar. */
    static final List<String> FILES =
            List.of(
                    INDEX,
                    "core/alerts.js",
                    "core/api.js",
                    "core/codes.js",
                    "core/fleet.js",
                    "core/format.js",
                    "core/markdown.js",
                    "core/page.js",
                    "core/prometheus.js",
                    "core/query.js",
                    "core/router.js",
                    "core/session.js",
                    "core/store.js",
                    "core/stream.js",
                    "core/theme.js",
                    "icon.svg",
                    "lib/preact.js",
                    "main.js",
                    "runbook.md",
                    "style/layout.css",
                    "style/parts.css",
                    "style/theme.css",
                    "ui/chart.js",
                    "ui/dialog.js",
                    "ui/dom.js",
                    "ui/parts.js",
                    "ui/poll.js",
                    "ui/table.js",
                    "views/actions.js",
                    "views/app.js",
                    "views/departures.js",
                    "views/eviction.js",
                    "views/filters.js",
                    "views/fleet-departures.js",
                    "views/fleet-instances.js",
                    "views/fleet.js",
                    "views/notifiers.js",
                    "views/overview.js",
                    "views/rejections.js",
                    "views/runbook.js",
                    "views/worker-actions.js",
                    "views/worker-columns.js",
                    "views/worker.js",
                    "views/workers.js");

    private final Map<String, PageFile> files = new HashMap<>();

    ConsolePage(WebEndpointsSupplier endpoints, PathMappedEndpoints paths) {
        FILES.forEach(name -> files.put(name, PageFile.read(name)));
        Map<String, String> addresses = new TreeMap<>();
        endpoints
                .getEndpoints()
                .forEach(endpoint -> {
                    EndpointId id = endpoint.getEndpointId();
                    addresses.put(id.toString(), ".." + paths.getPath(id));
                });
        byte[] json =
                JsonMapper.shared().writeValueAsString(addresses).getBytes(StandardCharsets.UTF_8);
        files.put(ENDPOINTS, PageFile.of(ENDPOINTS, json));
    }

    /** The file at a path of the management port; null if there is none. */
    @Nullable PageFile find(String path) {
        if (!path.startsWith(PATH)) {
            return null;
        }
        String name = path.substring(PATH.length());
        return files.get(name.isEmpty() ? INDEX : name);
    }
}
