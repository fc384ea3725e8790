package dev.covector.data;

import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A column of a {@link Table}. */
sealed interface Column {
    String name();

    int size();

    boolean isMissing(int row);

    /** Some of the rows, in the order of {@code rows}. */
    Column take(int[] rows);

    /** @param values NaN where missing; not copied, and never written */
    record Numbers(String name, double[] values) implements Column {
        @Override
        public int size() {
            return values.length;
        }

        @Override
        public boolean isMissing(int row) {
            return Double.isNaN(values[row]);
        }

        @Override
        public Numbers take(int[] rows) {
            return new Numbers(name, Arrays.stream(rows).mapToDouble(row -> values[row]).toArray());
        }

        double[] present() {
            return Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
        }

        /** Of those present; NaN if there are none. */
        double mean() {
            return Moments.mean(present());
        }

        Numbers fill(double value) {
            return new Numbers(name, Arrays.stream(values).map(v -> Double.isNaN(v) ? value : v).toArray());
        }
    }

    /** @param values null where missing; not copied, and never written */
    record Text(String name, @Nullable String[] values) implements Column {
        @Override
        public int size() {
            return values.length;
        }

        @Override
        public boolean isMissing(int row) {
            return values[row] == null;
        }

        @Override
        public Text take(int[] rows) {
            @Nullable String[] taken = new @Nullable String[rows.length];
            Arrays.setAll(taken, i -> values[rows[i]]);
            return new Text(name, taken);
        }

        Text fill(String value) {
            @Nullable String[] filled = values.clone();
            for (int row = 0; row < filled.length; row++) {
                filled[row] = filled[row] == null ? value : filled[row];
            }
            return new Text(name, filled);
        }

        /** The different values, sorted. */
        List<String> categories() {
            SortedSet<String> categories = new TreeSet<>();
            for (String value : values) {
                if (value != null) {
                    categories.add(value);
                }
            }
            return List.copyOf(categories);
        }
    }

    /**
     * The column as text. A column without any value is read as numbers, but may be the tail of one that has text.
     *
     * @return null if it has numbers
     */
    static @Nullable Text asText(Column column) {
        return switch (column) {
            case Text text -> text;
            case Numbers numbers when numbers.present().length == 0 ->
                    new Text(numbers.name(), new @Nullable String[numbers.size()]);
            case Numbers numbers -> null;
        };
    }
}
