package dev.frontdoor.deploy;

import java.util.ArrayList;
import java.util.List;

/** All objects of one rendering. */
record Rendered(List<Manifest> objects) {

    Manifest only(String kind) {
        List<Manifest> found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError(
                    "expected one %s, not %d, in %s".formatted(kind, found.size(), names()));
        }
        return found.getFirst();
    }

    List<Manifest> all(String kind) {
        return objects.stream().filter(object -> object.kind().equals(kind)).toList();
    }

    Manifest named(String kind, String name) {
        return all(kind).stream()
                .filter(object -> object.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("no %s %s in %s".formatted(kind, name, names())));
    }

    List<String> names() {
        return objects.stream().map(Manifest::toString).toList();
    }

    /** The specifications of all pods: the Deployment's and the test's. */
    List<Manifest> pods() {
        List<Manifest> pods = new ArrayList<>();
        all("Deployment")
                .forEach(object -> pods.add(new Manifest(Chart.map(object.at("spec/template")))));
        pods.addAll(all("Pod"));
        return pods;
    }
}
