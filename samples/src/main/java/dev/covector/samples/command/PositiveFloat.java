package dev.covector.samples.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An option's value that is a finite number above 0. */
public final class PositiveFloat implements ITypeConverter<Float> {
    @Override
    public Float convert(String text) {
        try {
            float value = Float.parseFloat(text);
            if (value > 0 && Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as for a number out of range.
        }
        throw new TypeConversionException("expected a finite number above 0, found '" + text + "'");
    }
}
