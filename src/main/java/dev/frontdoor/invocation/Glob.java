package dev.frontdoor.invocation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The text must be a pattern of {@link Globs}. */
@Target(ElementType.TYPE_USE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = {})
@Pattern(regexp = "[^\\[\\]{}\\\\]+")
@ReportAsSingleViolation
@interface Glob {

    /** The reason that the operator sees. */
    String message() default
            "is not a glob; it must not be empty, * stands for any characters, ? for one, and"
                    + " [ ] \\{ \\} \\\\ are not allowed";

    /** Part of every constraint. */
    Class<?>[] groups() default {};

    /** Part of every constraint. */
    Class<? extends Payload>[] payload() default {};
}
