package dev.covector.runtime;

import java.util.List;

/**
 * How the tensors of a file and the parameters of a session went together.
 *
 * @param loaded     parameters that were set
 * @param missing    parameters that the file does not have; they stay as they were
 * @param unexpected tensors of the file that are no parameter
 * @param different  parameters whose dtype or shape is another one in the file, which each entry tells; they stay as they were
 */
public record LoadReport(List<String> loaded, List<String> missing, List<String> unexpected,
        List<String> different) {
    /** Keeps copies of the lists. */
    public LoadReport {
        loaded = List.copyOf(loaded);
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        different = List.copyOf(different);
    }

    /** Whether each parameter has its tensor, and each tensor its parameter. */
    public boolean isComplete() {
        return missing.isEmpty() && unexpected.isEmpty() && different.isEmpty();
    }

    /** A line for each list that is not empty. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(loaded.size() + " loaded");
        append(text, "missing in the file", missing);
        append(text, "unexpected in the file", unexpected);
        append(text, "different in the file", different);
        return text.toString();
    }

    private static void append(StringBuilder text, String what, List<String> names) {
        if (!names.isEmpty()) {
            text.append("\n  ").append(what).append(": ").append(String.join(", ", names));
        }
    }
}
