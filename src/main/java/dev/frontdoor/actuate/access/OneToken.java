package dev.frontdoor.actuate.access;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;

import org.jspecify.annotations.Nullable;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Exactly one of token and token file must be set, and the token must be usable. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = OneToken.Validator.class)
@interface OneToken {

    /** The reason that the operator sees, unless the token is unusable. */
    String message() default "must be set if token-file is not, and must not be set otherwise";

    /** Part of every constraint. */
    Class<?>[] groups() default {};

    /** Part of every constraint. */
    Class<? extends Payload>[] payload() default {};

    /** Checks both, and reports the token. */
    final class Validator implements ConstraintValidator<OneToken, ManagementToken> {

        @Override
        public boolean isValid(ManagementToken setting, ConstraintValidatorContext context) {
            String fault = fault(setting, context.getDefaultConstraintMessageTemplate());
            if (fault == null) {
                return true;
            }
            context.disableDefaultConstraintViolation();
            context.buildConstraintViolationWithTemplate(fault)
                    .addPropertyNode("token")
                    .addConstraintViolation();
            return false;
        }

        private static @Nullable String fault(ManagementToken setting, String notOne) {
            Token token = setting.token();
            if ((token == null) == (setting.tokenFile() == null)) {
                return notOne;
            }
            return token == null || token.isUsable() ? null : Token.RULE;
        }
    }
}
