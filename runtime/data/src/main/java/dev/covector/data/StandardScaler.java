package dev.covector.data;

import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Standardises features to mean 0 and standard deviation 1, as they were in the examples it was fitted on: those of the
 * training set, which it is then applied to along with all others. What is missing becomes 0, the mean.
 *
 * <pre>{@code
 * StandardScaler scaler = StandardScaler.fit(train);
 * fit(scaler.transform(train));
 * score(scaler.transform(test));
 * }</pre>
 *
 * <p>The deviation is that of a sample, divided by n - 1, as in pandas and PyTorch; NumPy and scikit-learn divide by n,
 * {@code ddof} 0. A feature that has the same value in all examples becomes 0.
 */
public final class StandardScaler {
    /** The columns of the table; not used for a tensor. */
    private final List<String> names;
    private final double[] mean;
    private final double[] std;

    private StandardScaler(List<String> names, int features) {
        this.names = names;
        this.mean = new double[features];
        this.std = new double[features];
    }

    /** Of the columns of numbers; {@link #transform(Table)} leaves others as they are. */
    public static StandardScaler fit(Table table) {
        return fit(table, 1);
    }

    /** @param ddof what is subtracted from the number of values to divide by: 0 or 1 */
    public static StandardScaler fit(Table table, int ddof) {
        List<Column.Numbers> columns = table.columns().stream().filter(Column.Numbers.class::isInstance)
                .map(Column.Numbers.class::cast).toList();
        StandardScaler scaler =
                new StandardScaler(columns.stream().map(Column::name).toList(), columns.size());
        for (int i = 0; i < columns.size(); i++) {
            scaler.set(i, columns.get(i).present(), ddof);
        }
        return scaler;
    }

    /**
     * Of a tensor's last axis, over all others: of features {@code [n, features]}, or of the channels of images
     * {@code [n, h, w, c]}.
     *
     * @param examples float32 or float64, of rank 2 or more
     * @throws IllegalArgumentException if they are not
     */
    public static StandardScaler fit(Tensor examples) {
        return fit(examples, 1);
    }

    /** @param ddof what is subtracted from the number of values to divide by: 0 or 1 */
    public static StandardScaler fit(Tensor examples, int ddof) {
        requireFeatures(examples);
        int features = examples.dim(-1);
        StandardScaler scaler = new StandardScaler(List.of(), features);
        double[] values = new double[features == 0 ? 0 : examples.size() / features];
        for (int feature = 0; feature < features; feature++) {
            for (int i = 0; i < values.length; i++) {
                values[i] = element(examples, i * features + feature);
            }
            scaler.set(feature, values, ddof);
        }
        return scaler;
    }

    private void set(int feature, double[] values, int ddof) {
        if (ddof != 0 && ddof != 1) {
            throw new IllegalArgumentException("ddof is 0 or 1, got " + ddof);
        }
        mean[feature] = Moments.mean(values);
        std[feature] = Moments.std(values, mean[feature], ddof);
    }

    /** The means of the features; a copy. */
    public double[] mean() {
        return mean.clone();
    }

    /** The standard deviations of the features; a copy. */
    public double[] std() {
        return std.clone();
    }

    private double standardised(double value, int feature) {
        // A deviation of NaN is one of too few values.
        return Double.isNaN(value) || !(std[feature] > 0) ? 0 : (value - mean[feature]) / std[feature];
    }

    /**
     * The table with standardised numbers, in which nothing is missing. Columns that this was not fitted on stay.
     *
     * @throws IllegalArgumentException if a column that this was fitted on is lacking, or has text
     */
    public Table transform(Table table) {
        names.forEach(table::numbers); // which throws
        return new Table(table.columns().stream().map(column -> {
            int feature = names.indexOf(column.name());
            return feature >= 0 && column instanceof Column.Numbers numbers
                    ? new Column.Numbers(numbers.name(),
                            Arrays.stream(numbers.values()).map(value -> standardised(value, feature))
                                    .toArray())
                    : column;
        }).toList(), table.rows());
    }

    /**
     * A new tensor with standardised features.
     *
     * @param examples float32 or float64, of rank 2 or more, with as many features as this was fitted on
     * @throws IllegalArgumentException if they are not
     */
    public Tensor transform(Tensor examples) {
        requireFeatures(examples);
        if (examples.dim(-1) != mean.length) {
            throw new IllegalArgumentException(
                    "fitted on " + mean.length + " features, got " + examples.describe());
        }
        Tensor scaled = examples.copy();
        for (int i = 0; i < scaled.size(); i++) {
            double value = standardised(element(scaled, i), i % mean.length);
            if (scaled.array() instanceof float[] floats) {
                floats[i] = (float) value;
            } else {
                ((double[]) scaled.array())[i] = value;
            }
        }
        return scaled;
    }

    private static double element(Tensor tensor, int i) {
        return tensor.array() instanceof float[] floats
                ? floats[tensor.offset() + i]
                : ((double[]) tensor.array())[tensor.offset() + i];
    }

    private static void requireFeatures(Tensor examples) {
        if (!examples.dtype().isFloating() || examples.rank() < 2) {
            throw new IllegalArgumentException(
                    "standardising wants f32 or f64 of rank 2 or more, features last, got "
                            + examples.describe());
        }
    }
}
