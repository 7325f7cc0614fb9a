package dev.frontdoor.registration.settings;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.constraints.Max;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** Lets {@link Max} apply to the bytes of a size. */
public final class DataSizeMaxValidator implements ConstraintValidator<Max, DataSize> {

    private long limit;

    @Override
    public void initialize(Max constraint) {
        limit = constraint.value();
    }

    @Override
    public boolean isValid(@Nullable DataSize size, ConstraintValidatorContext context) {
        return size == null || size.toBytes() <= limit;
    }
}
