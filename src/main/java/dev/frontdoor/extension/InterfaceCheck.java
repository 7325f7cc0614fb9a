package dev.frontdoor.extension;

import org.jspecify.annotations.Nullable;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds what a notifier jar uses of this service and the service does not have, since the jar was
 * compiled against another version. Otherwise the first worker would find it.
 */
final class InterfaceCheck {

    private static final String SERVICE = "dev/frontdoor/";

    private final ClassLoader loader;
    private final Set<String> problems = new LinkedHashSet<>();

    private InterfaceCheck(ClassLoader loader) {
        this.loader = loader;
    }

    /**
     * What is missing, as {@code CLASS uses MEMBER}.
     *
     * @param loader finds the classes of the jar and of the service
     */
    static Set<String> problems(NotifierJar jar, ClassLoader loader) {
        InterfaceCheck check = new InterfaceCheck(loader);
        jar.forEachClass((file, bytes) -> {
            try {
                check.check(NotifierJar.className(file), ClassFile.of().parse(bytes));
            } catch (IllegalArgumentException | LinkageError _) {
                // A class that cannot be read or linked says so itself when it is used.
            }
        });
        return check.problems;
    }

    private void check(String name, ClassModel model) {
        boolean usesService = false;
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof ClassEntry type && type.asInternalName().startsWith(SERVICE)) {
                usesService = true;
                require(find(type) != null, name, "uses " + dotted(type));
            } else if (entry instanceof MemberRefEntry member
                    && member.owner().asInternalName().startsWith(SERVICE)) {
                Class<?> owner = find(member.owner());
                require(
                        owner == null || has(owner, member),
                        name,
                        "uses %s.%s".formatted(dotted(member.owner()), member.name()));
            }
        }
        if (usesService && !model.flags().has(AccessFlag.ABSTRACT)) {
            requireAllMethods(name);
        }
    }

    private void require(boolean there, String name, String what) {
        if (!there) {
            problems.add(name + " " + what);
        }
    }

    /** A class that was complete when it was compiled lacks a method that came later. */
    private void requireAllMethods(String name) {
        Class<?> type = find(name);
        if (type != null) {
            for (Method method : type.getMethods()) {
                require(
                        !Modifier.isAbstract(method.getModifiers())
                                || !method.getDeclaringClass()
                                        .getName()
                                        .startsWith("dev.frontdoor."),
                        name,
                        "does not implement %s.%s"
                                .formatted(method.getDeclaringClass().getName(), method.getName()));
            }
        }
    }

    private @Nullable Class<?> find(ClassEntry type) {
        return find(dotted(type));
    }

    private @Nullable Class<?> find(String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException _) {
            return null;
        }
    }

    private static boolean has(Class<?> owner, MemberRefEntry member) {
        return member instanceof FieldRefEntry ? hasField(owner, member) : hasMethod(owner, member);
    }

    private static boolean hasField(Class<?> owner, MemberRefEntry member) {
        return lineage(owner)
                .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
                .anyMatch(field ->
                        member.name().equalsString(field.getName())
                                && member.type().equalsString(field.getType().descriptorString()));
    }

    private static boolean hasMethod(Class<?> owner, MemberRefEntry member) {
        if (member.name().equalsString("<init>")) {
            return Arrays.stream(owner.getDeclaredConstructors())
                    .anyMatch(it ->
                            member.type()
                                    .equalsString(descriptor(void.class, it.getParameterTypes())));
        }
        return lineage(owner)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .anyMatch(it ->
                        member.name().equalsString(it.getName())
                                && member.type()
                                        .equalsString(
                                                descriptor(
                                                        it.getReturnType(),
                                                        it.getParameterTypes())));
    }

    /** A class with all that it inherits from; an interface has the methods of Object. */
    private static Stream<Class<?>> lineage(@Nullable Class<?> type) {
        if (type == null) {
            return Stream.of(Object.class);
        }
        return Stream.concat(
                Stream.of(type),
                Stream.concat(
                        lineage(type.getSuperclass()),
                        Arrays.stream(type.getInterfaces()).flatMap(InterfaceCheck::lineage)));
    }

    private static String descriptor(Class<?> result, Class<?>[] parameters) {
        return MethodType.methodType(result, parameters).toMethodDescriptorString();
    }

    private static String dotted(ClassEntry type) {
        return type.asInternalName().replace('/', '.');
    }
}
