package dev.frontdoor.registration.settings;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.constraints.Min;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** Lets {@link Min} apply to the bytes of a size. */
public final class DataSizeMinValidator implements ConstraintValidator<Min, DataSize> {

    private long limit;

    @Override
    public void initialize(Min constraint) {
        limit = constraint.value();
    }

    @Override
    public boolean isValid(@Nullable DataSize size, ConstraintValidatorContext context) {
        return size == null || size.toBytes() >= limit;
    }
}
