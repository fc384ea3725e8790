package dev.covector.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A profile as text. */
final class ProfileTable {
    private ProfileTable() {}

    static String of(Profile profile, @Nullable MachineLimits limits) {
        StringBuilder text = new StringBuilder();
        List<Profile.Kernel> kernels = profile.kernels();
        for (Profile.Function function : profile.functions()) {
            text.append(format("function %s: %d calls of %s us, %s us of it in kernels%n", function.name(),
                    function.calls(), micros(function.nanos(), function.calls()),
                    micros(function.kernelNanos(), function.calls())));
            List<String[]> rows = new ArrayList<>();
            rows.add(new String[]{"kernel", "us/call", "time", "flop/call", "B/call", "flop/B", "Gflop/s",
                "GB/s", "of limit", "code", "lines"});
            for (Profile.Kernel kernel : kernels) {
                if (kernel.function().equals(function.name())) {
                    rows.add(row(kernel, function.kernelNanos(), limits));
                }
            }
            append(text, rows);
        }
        double all = kernels.stream().mapToDouble(Profile.Kernel::nanos).sum();
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[]{"line", "ms", "time", "Mflop", "MB", "flop/B", "ops"});
        for (Profile.Line line : profile.lines()) {
            rows.add(new String[]{line.place().isEmpty() ? "(unknown)" : line.place(),
                format("%.3f", line.nanos() / 1e6), percent(line.nanos() / all),
                format("%.3f", line.flops() / 1e6), format("%.3f", line.bytes() / 1e6),
                number(line.intensity()), String.join(" ", line.ops())});
        }
        append(text.append("lines, by their share in the estimated work of each kernel\n"), rows);
        if (limits != null) {
            text.append(format("limits: %s Gflop/s, %s GB/s%n", number(limits.flopsPerSecond() / 1e9),
                    number(limits.bytesPerSecond() / 1e9)));
        }
        return text.toString();
    }

    private static String[] row(Profile.Kernel kernel, long all, @Nullable MachineLimits limits) {
        String share = limits == null ? "" : percent(kernel.shareOf(limits))
                + (kernel.isBoundByMemory(limits) ? " bytes" : " flops");
        return new String[]{kernel.name(), micros(kernel.nanos(), kernel.calls()),
            percent((double) kernel.nanos() / all), count(kernel.flops() / kernel.calls()),
            count(kernel.bytes() / kernel.calls()), number(kernel.intensity()),
            number(kernel.flopsPerSecond() / 1e9), number(kernel.bytesPerSecond() / 1e9), share,
            kernel.flavour(), lines(kernel.lines())};
    }

    private static String lines(List<String> lines) {
        List<String> known = lines.stream().filter(line -> !line.isEmpty()).toList();
        return known.size() <= 3 ? String.join(" ", known)
                : String.join(" ", known.subList(0, 2)) + " and " + (known.size() - 2) + " more";
    }

    private static String micros(long nanos, long calls) {
        return format("%.3f", nanos / 1e3 / Math.max(1, calls));
    }

    private static String percent(double share) {
        return Double.isFinite(share) ? format("%.1f %%", 100 * share) : "";
    }

    private static String count(double value) {
        return format("%.0f", value);
    }

    /** Three digits. */
    private static String number(double value) {
        return !Double.isFinite(value) ? "" : value >= 100 ? format("%.0f", value)
                : value >= 10 ? format("%.1f", value) : format("%.2f", value);
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), arguments);
    }

    /** Columns as wide as they must be; the first and the last are words, the others numbers. */
    private static void append(StringBuilder text, List<String[]> rows) {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String space = " ".repeat(widths[column] - row[column].length());
                boolean word = column == 0 || column == columns - 1;
                line.append("  ").append(word ? row[column] + space : space + row[column]);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }
}
