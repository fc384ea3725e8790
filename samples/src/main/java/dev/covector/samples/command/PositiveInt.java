package dev.covector.samples.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An option's value that counts something of which there must be at least one. */
public final class PositiveInt implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        try {
            int value = Integer.parseInt(text);
            if (value >= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as for a number out of range.
        }
        throw new TypeConversionException(
                "expected a whole number from 1 to " + Integer.MAX_VALUE + ", found '"
                        + text + "'");
    }
}
