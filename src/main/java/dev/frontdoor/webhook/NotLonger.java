package dev.frontdoor.webhook;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;

import org.hibernate.validator.constraintvalidation.HibernateConstraintValidatorContext;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Objects;

/** One duration of a record must be at most as long as another one. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = NotLonger.Validator.class)
@interface NotLonger {

    /** The name of the component that is checked. */
    String value();

    /** The name of the component that limits it. */
    String than();

    /** The reason that the operator sees. */
    String message() default "must be at most {key}";

    /** Part of every constraint. */
    Class<?>[] groups() default {};

    /** Part of every constraint. */
    Class<? extends Payload>[] payload() default {};

    /** Compares the two durations, and reports the first. */
    final class Validator implements ConstraintValidator<NotLonger, Record> {

        private String value = "";
        private String than = "";

        @Override
        public void initialize(NotLonger constraint) {
            value = constraint.value();
            than = constraint.than();
        }

        @Override
        public boolean isValid(Record settings, ConstraintValidatorContext context) {
            DirectFieldAccessor fields = new DirectFieldAccessor(settings);
            if (duration(fields, value).compareTo(duration(fields, than)) <= 0) {
                return true;
            }
            context.disableDefaultConstraintViolation();
            context.unwrap(HibernateConstraintValidatorContext.class)
                    .addMessageParameter("key", DataObjectPropertyName.toDashedForm(than));
            context.buildConstraintViolationWithTemplate(
                            context.getDefaultConstraintMessageTemplate())
                    .addPropertyNode(value)
                    .addConstraintViolation();
            return false;
        }

        private static Duration duration(DirectFieldAccessor fields, String name) {
            return (Duration) Objects.requireNonNull(fields.getPropertyValue(name));
        }
    }
}
