package dev.covector.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes numbers of text: in place of each column of text there is a column for each of its categories, which has 1 in
 * the rows of that category and 0 elsewhere, and one for what is missing. They are named {@code Street_Grvl},
 * {@code Street_Pave}, {@code Street_nan}, and stand in this order behind the columns of numbers, as pandas'
 * {@code get_dummies(dummy_na=True)} has them.
 */
public final class OneHotEncoder {
    private final List<String> names;
    private final List<Categories> encoded;
    private final boolean missingColumn;
    private final boolean ignoreUnknown;

    private record Categories(String name, List<String> values) {}

    private OneHotEncoder(List<String> names, List<Categories> encoded, boolean missingColumn,
            boolean ignoreUnknown) {
        this.names = names;
        this.encoded = encoded;
        this.missingColumn = missingColumn;
        this.ignoreUnknown = ignoreUnknown;
    }

    /** With the categories that the columns of text have in a table. */
    public static OneHotEncoder fit(Table table) {
        List<Categories> encoded = new ArrayList<>();
        for (Column column : table.columns()) {
            if (column instanceof Column.Text text) {
                encoded.add(new Categories(text.name(), text.categories()));
            }
        }
        return new OneHotEncoder(table.names(), List.copyOf(encoded), true, false);
    }

    /** Without the columns for what is missing: where a value is, all its columns have 0. */
    public OneHotEncoder withoutMissing() {
        return new OneHotEncoder(names, encoded, false, ignoreUnknown);
    }

    /** Takes categories that the fitted table did not have; all their columns have 0. */
    public OneHotEncoder ignoreUnknown() {
        return new OneHotEncoder(names, encoded, missingColumn, true);
    }

    /**
     * The table with numbers in place of text; always the same columns in the same order.
     *
     * @throws IllegalArgumentException if the table has not the columns of the fitted one in the same order, one has
     *     numbers here and text there, or a category is unknown
     */
    public Table transform(Table table) {
        Table.requireNames(names, table);
        List<Column> columns = new ArrayList<>();
        for (Column column : table.columns()) {
            if (encoded.stream().noneMatch(categories -> categories.name().equals(column.name()))) {
                columns.add(column);
            }
        }
        for (Categories categories : encoded) {
            Column column = table.columns().get(names.indexOf(categories.name()));
            Column.Text text = Column.asText(column);
            if (text == null) {
                throw new IllegalArgumentException("column \"" + column.name()
                        + "\" has numbers, but had text when this"
                        + " was fitted; CsvFormat.text(\"" + column.name() + "\") reads them as text");
            }
            encode(categories, text, columns);
        }
        return new Table(columns, table.rows());
    }

    private void encode(Categories categories, Column.Text text, List<Column> columns) {
        @Nullable String[] values = text.values();
        for (int row = 0; row < values.length && !ignoreUnknown; row++) {
            String value = values[row];
            if (value != null && !categories.values().contains(value)) {
                throw new IllegalArgumentException(
                        "column \"" + text.name() + "\" has the unknown category \"" + value
                                + "\" in row " + row + "; there are " + String.join(", ", categories.values())
                                + ". Fit on all tables, concatenated, or ignoreUnknown()");
            }
        }
        for (String category : categories.values()) {
            columns.add(indicator(text.name() + "_" + category, values, category));
        }
        if (missingColumn) {
            columns.add(indicator(text.name() + "_nan", values, null));
        }
    }

    private static Column indicator(String name, @Nullable String[] values, @Nullable String category) {
        double[] indicator = new double[values.length];
        for (int row = 0; row < values.length; row++) {
            indicator[row] = Objects.equals(values[row], category) ? 1 : 0;
        }
        return new Column.Numbers(name, indicator);
    }
}
