package dev.frontdoor;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
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

import java.util.List;
import java.util.Set;

/** Who may know whom. A package that is not a layer is a shipped notifier. */
@AnalyzeClasses(packages = "dev.frontdoor", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

    private static final String ROOT = "dev.frontdoor";

    /** Each may import those before it. */
    private static final List<String> LAYERS =
            List.of("protocol", "notifier", "registration", "push", "connection", "actuate");

    private static final Set<String> OPEN_TO_NOTIFIERS = Set.of("protocol", "notifier");

    @ArchTest
    static final ArchRule importsFollowTheLayers = classes().should(importOnlyWhatTheyMay());

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
    static final ArchRule onlyTheConnectionKnowsItsTransport =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.frontdoor.connection..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.springframework.web.reactive..", "io.netty..", "reactor.netty..");

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
                        "dev.frontdoor.protocol..",
                        "java..",
                        "javax.net..",
                        "org.jspecify..")
                .check(new ClassFileImporter().importPackages("dev.frontdoor.test"));
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
        return LAYERS.contains(from)
                ? LAYERS.contains(to) && LAYERS.indexOf(to) < LAYERS.indexOf(from)
                : !from.isEmpty() && OPEN_TO_NOTIFIERS.contains(to);
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
