package dev.covector.data;

import dev.covector.runtime.Tensor;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Named columns of equal length, each of numbers or of text, with values that may be missing: what is between a CSV file
 * and a tensor. Immutable: each method gives another table.
 *
 * <pre>{@code
 * Table train = Table.readCsv(Path.of("train.csv"));
 * Table test = Table.readCsv(Path.of("test.csv"));
 * Table all = train.drop("Id", "SalePrice").concat(test.drop("Id"));
 * Table features = OneHotEncoder.fit(all).transform(StandardScaler.fit(all).transform(all));
 * Tensor x = features.rows(0, train.rows()).toTensor();
 * Tensor y = train.select("SalePrice").toTensor();
 * }</pre>
 */
public final class Table {
    private final List<Column> columns;
    private final int rows;

    Table(List<? extends Column> columns, int rows) {
        Set<String> names = new HashSet<>();
        for (Column column : columns) {
            if (!names.add(column.name())) {
                throw new IllegalArgumentException("two columns would be named \"" + column.name() + "\"");
            }
        }
        this.columns = List.copyOf(columns);
        this.rows = rows;
    }

    /** Reads a file in the {@linkplain CsvFormat#DEFAULT usual format}. */
    public static Table readCsv(Path file) {
        return readCsv(file, CsvFormat.DEFAULT);
    }

    /**
     * Reads a file. A column whose values are all decimal numbers, or all missing, has numbers; another has text, as it
     * stands in the file. Empty lines are skipped.
     *
     * @throws DataException if the file is missing, is not UTF-8, or its lines differ in their number of values
     */
    public static Table readCsv(Path file, CsvFormat format) {
        return format.read(file);
    }

    /** Reads a text in the {@linkplain CsvFormat#DEFAULT usual format}. */
    public static Table readCsv(Reader reader) {
        return readCsv(reader, CsvFormat.DEFAULT);
    }

    /**
     * Reads what a file would have, from a string or a resource, say: to the end of the reader, which the caller closes.
     *
     * @throws DataException if it can't be read, or its lines differ in their number of values
     */
    public static Table readCsv(Reader reader, CsvFormat format) {
        return format.read(reader);
    }

    /** The number of rows. */
    public int rows() {
        return rows;
    }

    /** The columns' names, in order; unmodifiable. */
    public List<String> names() {
        return columns.stream().map(Column::name).toList();
    }

    /**
     * Whether a column has numbers, rather than text.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public boolean isNumeric(String name) {
        return column(name) instanceof Column.Numbers;
    }

    /**
     * The values of a column of numbers, NaN where missing; a copy.
     *
     * @throws IllegalArgumentException if there is no such column, or it has text
     */
    public double[] numbers(String name) {
        if (column(name) instanceof Column.Numbers numbers) {
            return numbers.values().clone();
        }
        throw new IllegalArgumentException("column \"" + name + "\" has text, not numbers");
    }

    /**
     * The values of a column of text, null where missing; unmodifiable.
     *
     * @throws IllegalArgumentException if there is no such column, or it has numbers
     */
    public List<@Nullable String> text(String name) {
        List<@Nullable String> values = new ArrayList<>();
        for (String value : textColumn(name).values()) {
            values.add(value);
        }
        return Collections.unmodifiableList(values);
    }

    /**
     * The different values of a column of text, sorted.
     *
     * @throws IllegalArgumentException if there is no such column, or it has numbers
     */
    public List<String> categories(String name) {
        return textColumn(name).categories();
    }

    /**
     * A column of text as class labels, int32 {@code [rows]}: for each value its place in {@link #categories}, -1 where
     * missing.
     *
     * @throws IllegalArgumentException if there is no such column, or it has numbers
     */
    public Tensor codes(String name) {
        List<String> categories = categories(name);
        int[] codes = new int[rows];
        @Nullable String[] values = textColumn(name).values();
        for (int row = 0; row < rows; row++) {
            String value = values[row];
            codes[row] = value == null ? -1 : Collections.binarySearch(categories, value);
        }
        return Tensor.of(codes, rows);
    }

    private Column.Text textColumn(String name) {
        if (column(name) instanceof Column.Text text) {
            return text;
        }
        throw new IllegalArgumentException("column \"" + name
                + "\" has numbers, not text; CsvFormat.text(\"" + name + "\") reads them as text");
    }

    private Column column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no column \"" + name + "\"; there are " + String.join(", ", names())));
    }

    List<Column> columns() {
        return columns;
    }

    /**
     * These columns only, in this order.
     *
     * @throws IllegalArgumentException if there is no such column, or it is named twice
     */
    public Table select(String... names) {
        return new Table(Arrays.stream(names).map(this::column).toList(), rows);
    }

    /**
     * The other columns.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public Table drop(String... names) {
        List<Column> dropped = Arrays.stream(names).map(this::column).toList();
        return new Table(columns.stream().filter(column -> !dropped.contains(column)).toList(), rows);
    }

    /** The rows {@code [from, to)}. */
    public Table rows(int from, int to) {
        Objects.checkFromToIndex(from, to, rows);
        return take(KeyedRandom.range(from, to));
    }

    /** These rows, in this order. */
    public Table take(int... indices) {
        return new Table(columns.stream().map(column -> column.take(indices)).toList(), indices.length);
    }

    /**
     * The rows of this table, then those of the other.
     *
     * @throws IllegalArgumentException if the other has not the same columns in the same order, or one has numbers here
     *     and text there
     */
    public Table concat(Table other) {
        requireNames(names(), other);
        List<Column> joined = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            joined.add(concat(columns.get(i), other.columns.get(i)));
        }
        return new Table(joined, rows + other.rows);
    }

    private static Column concat(Column above, Column below) {
        if (above instanceof Column.Numbers a && below instanceof Column.Numbers b) {
            double[] values = Arrays.copyOf(a.values(), a.size() + b.size());
            System.arraycopy(b.values(), 0, values, a.size(), b.size());
            return new Column.Numbers(a.name(), values);
        }
        Column.Text a = Column.asText(above);
        Column.Text b = Column.asText(below);
        if (a == null || b == null) {
            throw new IllegalArgumentException(
                    "column \"" + above.name() + "\" has numbers in one table and text in the"
                            + " other; CsvFormat.text(\"" + above.name() + "\") reads them as text");
        }
        @Nullable String[] values = Arrays.copyOf(a.values(), a.size() + b.size());
        System.arraycopy(b.values(), 0, values, a.size(), b.size());
        return new Column.Text(a.name(), values);
    }

    static void requireNames(List<String> wanted, Table table) {
        List<String> found = table.names();
        if (found.equals(wanted)) {
            return;
        }
        List<String> lacking = wanted.stream().filter(name -> !found.contains(name)).toList();
        List<String> extra = found.stream().filter(name -> !wanted.contains(name)).toList();
        throw new IllegalArgumentException("wanted the same columns in the same order; "
                + (lacking.isEmpty() && extra.isEmpty()
                        ? "they are in another order: " + found + " instead of " + wanted
                        : "lacking " + lacking + ", not wanted " + extra));
    }

    /** How many values are missing in a column. */
    public int missing(String name) {
        Column column = column(name);
        return (int) IntStream.range(0, rows).filter(column::isMissing).count();
    }

    /**
     * The rows in which no value is missing; with names, none in these columns.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public Table dropna(String... names) {
        List<Column> asked = names.length == 0 ? columns : select(names).columns;
        return take(IntStream.range(0, rows)
                .filter(row -> asked.stream().noneMatch(column -> column.isMissing(row))).toArray());
    }

    /** A number in place of what is missing in the columns of numbers. */
    public Table fillna(double value) {
        return mapColumns(column -> column instanceof Column.Numbers numbers ? numbers.fill(value) : column);
    }

    /** A text in place of what is missing in the columns of text. */
    public Table fillna(String value) {
        return mapColumns(column -> column instanceof Column.Text text ? text.fill(value) : column);
    }

    /**
     * A number for each column in place of what is missing there: {@code test.fillna(train.mean())}.
     *
     * @throws IllegalArgumentException if there is no such column, or it has text
     */
    public Table fillna(Map<String, Double> values) {
        values.keySet().stream().sorted().forEach(this::numbers); // which throws
        return mapColumns(column -> {
            Double value = values.get(column.name());
            return value != null && column instanceof Column.Numbers numbers ? numbers.fill(value) : column;
        });
    }

    /** The mean of each column of numbers, in order, without what is missing; NaN where all is. */
    public Map<String, Double> mean() {
        Map<String, Double> means = new LinkedHashMap<>();
        for (Column column : columns) {
            if (column instanceof Column.Numbers numbers) {
                means.put(numbers.name(), numbers.mean());
            }
        }
        return Collections.unmodifiableMap(means);
    }

    private Table mapColumns(UnaryOperator<Column> change) {
        return new Table(columns.stream().map(change).toList(), rows);
    }

    /**
     * The numbers as float32 {@code [rows, columns]}.
     *
     * @throws IllegalArgumentException if a column has text, or a value is missing
     */
    public Tensor toTensor() {
        float[] values = new float[Math.multiplyExact(rows, columns.size())];
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i).name();
            if (!(columns.get(i) instanceof Column.Numbers numbers)) {
                throw new IllegalArgumentException("column \"" + name
                        + "\" has text, which a tensor can't have; drop it, or apply a OneHotEncoder");
            }
            int missing = missing(name);
            if (missing > 0) {
                throw new IllegalArgumentException("column \"" + name + "\" lacks " + missing
                        + " values; fillna or dropna first");
            }
            for (int row = 0; row < rows; row++) {
                values[row * columns.size() + i] = (float) numbers.values()[row];
            }
        }
        return Tensor.of(values, rows, columns.size());
    }

    /** Such as {@code 1460 rows: Id (numbers), Street (text)}. */
    @Override
    public String toString() {
        return rows + " rows: " + String.join(", ", columns.stream().map(column -> column.name()
                + (column instanceof Column.Numbers ? " (numbers)" : " (text)")).toList());
    }
}
