package dev.covector.samples.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An option's value that is a share from 0 to 1. */
public final class Accuracy implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as for a number out of range.
        }
        throw new TypeConversionException("expected a number from 0 to 1, found '" + text + "'");
    }
}
