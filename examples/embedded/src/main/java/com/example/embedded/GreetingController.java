package com.example.embedded;

import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Has a worker do what a request asks for. */
@RestController
class GreetingController {

    private final Workers workers;

    GreetingController(Workers workers) {
        this.workers = workers;
    }

    /** The greeting of any worker. */
    @GetMapping("/greeting")
    CompletableFuture<String> greeting(@RequestParam String name) {
        ConnectedWorker worker =
                workers.list(WorkerFilter.activityType("greet")).stream()
                        .findAny()
                        .orElseThrow(() ->
                                new ResponseStatusException(
                                        HttpStatus.SERVICE_UNAVAILABLE, "no worker can greet"));
        return workers.push(
                        worker.pid(), name.getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(10))
                .thenApply(reply -> new String(reply, StandardCharsets.UTF_8));
    }
}
