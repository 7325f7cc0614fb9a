package dev.frontdoor;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.PackageMatcher;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.text.DateFormat;
import java.text.NumberFormat;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import java.util.TimeZone;

/** Which package may import which. One that is not listed is a shipped notifier. */
@AnalyzeClasses(packages = "dev.frontdoor", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

    private static final String ROOT = "dev.frontdoor";

    /** Each package by the one below it, whose imports it may have too. */
    private static final Map<String, String> BELOW =
            Map.ofEntries(
                    entry("notifier", "protocol"),
                    entry("training", "protocol"),
                    entry("logging", "notifier"),
                    entry("extension", "logging"),
                    entry("event", "logging"),
                    entry("invocation", "event"),
                    entry("auth", "invocation"),
                    entry("settings", "auth"),
                    entry("registration", "auth"),
                    entry("push", "registration"),
                    entry("connection", "push"),
                    entry("websocket", "connection"),
                    entry("tcp", "connection"),
                    entry("actuate", "connection"),
                    entry("console", "actuate"));

    @ArchTest
    static final ArchRule importsFollowTheLayers = classes().should(importOnlyWhatTheyMay());

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.frontdoor.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theRootHoldsTheApplicationOnly =
            classes()
                    .that()
                    .resideInAPackage(ROOT)
                    .should()
                    .haveSimpleName("FrontDoorApplication")
                    .orShould()
                    .haveSimpleName("package-info");

    @ArchTest
    static final ArchRule theProtocolKnowsTheJdkAndJSpecifyOnly =
            classes()
                    .that()
                    .resideInAPackage("dev.frontdoor.protocol..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage("dev.frontdoor.protocol..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule onlyTransportsKnowHttpAndReactorNetty =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("dev.frontdoor.websocket..", "dev.frontdoor.tcp..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.netty.handler.codec.http..", "reactor.netty..");

    @ArchTest
    static final ArchRule onlyConnectionsAndTransportsKnowNetty =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "dev.frontdoor.connection..",
                            "dev.frontdoor.websocket..",
                            "dev.frontdoor.tcp..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule onlyTheWebhookKnowsApachesHttpClient =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.frontdoor.webhook..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.hc..");

    @ArchTest
    static final ArchRule onlyTheDirectoryKnowsRedis =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.frontdoor.directory..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.lettuce..",
                            "org.springframework.data..",
                            "org.springframework.boot.data..");

    @ArchTest
    static final ArchRule onlyWhatOperatorsUseKnowsWebFlux =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("dev.frontdoor.actuate..", "dev.frontdoor.console..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework.web.reactive..");

    @ArchTest
    static final ArchRule springStereotypesAreForConfigurationsOnly =
            classes()
                    .that()
                    .areNotMetaAnnotatedWith(Configuration.class)
                    .should()
                    .notBeMetaAnnotatedWith(Component.class);

    @ArchTest
    static final ArchRule nothingIsInjectedIntoFields =
            GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION.allowEmptyShould(true);

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes().should(beInANullMarkedPackage());

    @ArchTest
    static final ArchRule logsGoThroughSlf4j =
            noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

    @ArchTest
    static final ArchRule nothingIsPrinted =
            GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    /** The name of the process is older than the clock. */
    @ArchTest
    static final ArchRule timeComesFromTheClockAndAgesFromItsMonotonicSide =
            noClasses()
                    .that()
                    .doNotHaveSimpleName("InstanceNaming")
                    .should()
                    .callMethodWhere(
                            describe(
                                    "it reads the date or compares dates",
                                    call ->
                                            isOneOf(
                                                            call,
                                                            "java.time",
                                                            "now",
                                                            "between",
                                                            "until",
                                                            "isBefore",
                                                            "isAfter")
                                                    || isOneOf(
                                                            call, "java.lang", "currentTimeMillis")
                                                    || isOneOf(call, "java.util", "getTime")));

    /** What depends on the machine's settings, apart from formats: see FormatsTests. */
    @ArchTest
    static final ArchRule outputDoesNotDependOnTheMachine =
            noClasses()
                    .should()
                    .callMethod(String.class, "format", String.class, Object[].class)
                    .orShould()
                    .callMethod(String.class, "toLowerCase")
                    .orShould()
                    .callMethod(String.class, "toUpperCase")
                    .orShould()
                    .callMethod(String.class, "getBytes")
                    .orShould()
                    .callConstructor(String.class, byte[].class)
                    .orShould()
                    .callConstructor(InputStreamReader.class, InputStream.class)
                    .orShould()
                    .callMethod(DateTimeFormatter.class, "ofPattern", String.class)
                    .orShould()
                    .callMethod(Locale.class, "getDefault")
                    .orShould()
                    .callMethod(TimeZone.class, "getDefault")
                    .orShould()
                    .callMethod(ZoneId.class, "systemDefault")
                    .orShould()
                    .callMethod(Charset.class, "defaultCharset")
                    .orShould()
                    .callMethod(System.class, "lineSeparator")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(
                            Formatter.class, NumberFormat.class, DateFormat.class, Scanner.class);

    @ArchTest
    static final ArchRule namesSayWhatAThingIs =
            noClasses()
                    .should()
                    .haveNameMatching("(.*[.$])?(\\w*(Manager|Helper|Utils?)|Abstract\\w*)")
                    .orShould()
                    .resideInAnyPackage("..util..", "..common..", "..impl..");

    @Test
    void theTestWorkerNeedsNoTestLibrary() {
        classes()
                .that(describe("the test worker is made of", ArchitectureTests::isOfTheWorker))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.frontdoor.test..",
                        "dev.frontdoor.notifier..",
                        "dev.frontdoor.protocol..",
                        "java..",
                        "javax.net..",
                        "org.jspecify..")
                .check(new ClassFileImporter().importPackages("dev.frontdoor.test"));
    }

    private static boolean isOneOf(JavaMethodCall call, String ofPackage, String... methods) {
        return call.getTargetOwner().getPackageName().equals(ofPackage)
                && List.of(methods).contains(call.getName());
    }

    private static boolean isOfTheWorker(JavaClass type) {
        return type.getPackageName().equals("dev.frontdoor.test")
                && !type.getName().contains("Tests")
                && !type.getName().contains("ScriptedServer")
                && !type.getName().endsWith("FrontDoorExtension");
    }

    private static ArchCondition<JavaClass> importOnlyWhatTheyMay() {
        return new ArchCondition<>("import only what their layer may") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                origin.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> !mayImport(dependency))
                        .forEach(dependency ->
                                events.add(
                                        SimpleConditionEvent.violated(
                                                dependency, dependency.getDescription())));
            }
        };
    }

    private static boolean mayImport(Dependency dependency) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (!isOurs(target)) {
            return true;
        }
        String from = feature(dependency.getOriginClass());
        String to = feature(target);
        if (from.equals(to)) {
            return true;
        }
        // A package that is not listed is a shipped notifier.
        for (String layer = BELOW.getOrDefault(from, "logging");
                layer != null && !from.isEmpty();
                layer = BELOW.get(layer)) {
            if (layer.equals(to)) {
                return !from.equals("protocol");
            }
        }
        return false;
    }

    private static boolean isOurs(JavaClass type) {
        return PackageMatcher.of(ROOT + "..").matches(type.getPackageName());
    }

    /** The package directly below the root, which a feature has to itself; empty for the root. */
    private static String feature(JavaClass type) {
        String path = type.getPackageName().substring(ROOT.length());
        return path.isEmpty() ? "" : path.substring(1).split("\\.", 2)[0];
    }

    private static ArchCondition<JavaClass> beInANullMarkedPackage() {
        return ArchCondition.from(
                describe(
                        "be in a package with a @NullMarked package-info",
                        (JavaClass type) ->
                                type.getPackage()
                                        .tryGetPackageInfo()
                                        .filter(info -> info.isAnnotatedWith(NullMarked.class))
                                        .isPresent()));
    }
}
