package dev.covector.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Table#readCsv(Path, CsvFormat)} understands a file of comma-separated values (RFC 4180) in UTF-8. Immutable:
 * each method gives another format.
 *
 * <pre>{@code
 * Table wine = Table.readCsv(path, CsvFormat.DEFAULT.separator(';').missing("?").text("vintage"));
 * }</pre>
 */
public final class CsvFormat {
    /** Commas, a header, and nothing between two commas or {@code NA} where a value is missing. */
    public static final CsvFormat DEFAULT = new CsvFormat(',', List.of(), Set.of("", "NA"), Set.of());

    private final char separator;
    /** Empty if the file has a header. */
    private final List<String> names;
    private final Set<String> missing;
    private final Set<String> text;

    private CsvFormat(char separator, Collection<String> names, Collection<String> missing,
            Collection<String> text) {
        this.separator = separator;
        this.names = List.copyOf(names);
        this.missing = Set.copyOf(missing);
        this.text = Set.copyOf(text);
    }

    /** With this between the values instead of a comma. */
    public CsvFormat separator(char newSeparator) {
        return new CsvFormat(newSeparator, names, missing, text);
    }

    /** For a file without a header: the columns' names. */
    public CsvFormat names(String... columns) {
        return new CsvFormat(separator, List.of(columns), missing, text);
    }

    /** What stands for a missing value, instead of nothing and {@code NA}. */
    public CsvFormat missing(String... markers) {
        return new CsvFormat(separator, names, List.of(markers), text);
    }

    /** Columns that have text even if all their values look like numbers, such as codes of categories. */
    public CsvFormat text(String... columns) {
        return new CsvFormat(separator, names, missing, List.of(columns));
    }

    Table read(Path file) {
        List<CsvRecord> records = records(file);
        List<String> header = names;
        if (header.isEmpty()) {
            if (records.isEmpty()) {
                throw DataException.expected(file, "a line with the names of the columns", "an empty file");
            }
            header = records.get(0).getFields();
            records = records.subList(1, records.size());
        }
        if (new HashSet<>(header).size() < header.size()) {
            throw DataException.expected(file, "columns with different names", header);
        }
        if (!header.containsAll(text)) {
            throw DataException.expected(file, "the columns " + text.stream().sorted().toList(), header);
        }
        for (CsvRecord line : records) {
            if (line.getFieldCount() != header.size()) {
                throw DataException.expected(file, header.size() + " values in a line, one for each column",
                        line.getFieldCount() + " in line " + line.getStartingLineNumber());
            }
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            columns.add(column(header.get(i), i, records));
        }
        return new Table(columns, records.size());
    }

    private List<CsvRecord> records(Path file) {
        String content = content(file);
        try (CsvReader<CsvRecord> reader = CsvReader.builder().fieldSeparator(separator)
                // Found later, and told with their line.
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .ofCsvRecord(content)) {
            return reader.stream().toList();
        } catch (CsvParseException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw DataException.expected(file, "comma-separated values", "a fault: " + cause.getMessage());
        } catch (IOException e) {
            throw new AssertionError("a string has no such faults", e);
        }
    }

    private static String content(Path file) {
        if (!Files.isRegularFile(file)) {
            String found = Files.exists(file) ? "a directory or a special file" : "nothing there";
            throw DataException.expected(file, "a file", found);
        }
        try {
            String content = Files.readString(file, StandardCharsets.UTF_8);
            return content.startsWith("\uFEFF") ? content.substring(1) : content; // the mark of some editors
        } catch (CharacterCodingException e) {
            throw DataException.expected(file, "text in UTF-8", "other bytes");
        } catch (IOException e) {
            throw DataException.expected(file, "a readable file", e);
        }
    }

    private Column column(String name, int index, List<CsvRecord> records) {
        @Nullable String[] values = new @Nullable String[records.size()];
        double[] numbers = new double[records.size()];
        boolean numeric = !text.contains(name);
        for (int row = 0; row < values.length; row++) {
            String value = records.get(row).getField(index);
            if (missing.contains(value)) {
                numbers[row] = Double.NaN;
                continue;
            }
            values[row] = value;
            if (numeric) {
                OptionalDouble number = number(value.strip());
                numeric = number.isPresent();
                numbers[row] = number.orElse(Double.NaN);
            }
        }
        return numeric ? new Column.Numbers(name, numbers) : new Column.Text(name, values);
    }

    /** Decimal numbers only: {@link Double#parseDouble} takes {@code 1d}, {@code 0x1p3} and {@code NaN} as well. */
    private static OptionalDouble number(String value) {
        for (int i = 0; i < value.length(); i++) {
            if ("0123456789+-.eE".indexOf(value.charAt(i)) < 0) {
                return OptionalDouble.empty();
            }
        }
        try {
            return OptionalDouble.of(Double.parseDouble(value));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
