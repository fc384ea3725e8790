package dev.covector.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
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
 * How {@link Table#readCsv(Path, CsvFormat)} understands comma-separated values (RFC 4180), in a file in UTF-8. Immutable:
 * each method gives another format.
 *
 * <pre>{@code
 * Table wine = Table.readCsv(path, CsvFormat.DEFAULT.separator(';').missing("?").text("vintage"));
 * }</pre>
 */
public final class CsvFormat {
    /** Commas, a header, and nothing between two commas or {@code NA} where a value is missing. */
    public static final CsvFormat DEFAULT = new CsvFormat(',', List.of(), Set.of("", "NA"), Set.of());

    /** The source of what has no file. */
    private static final String TEXT = "CSV";
    /** Some editors begin a file with it. */
    private static final String MARK = "\uFEFF";

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
        return parse(file, content(file));
    }

    Table read(Reader reader) {
        StringWriter content = new StringWriter();
        try {
            reader.transferTo(content);
        } catch (IOException e) {
            throw DataException.expected(TEXT, "readable text", e);
        }
        return parse(TEXT, content.toString());
    }

    /** The source is what messages begin with. */
    private Table parse(Object source, String content) {
        List<CsvRecord> records = records(source, content.startsWith(MARK) ? content.substring(1) : content);
        List<String> header = names;
        if (header.isEmpty()) {
            if (records.isEmpty()) {
                throw DataException.expected(source, "a line with the names of the columns", "nothing");
            }
            header = records.get(0).getFields();
            records = records.subList(1, records.size());
        }
        if (new HashSet<>(header).size() < header.size()) {
            throw DataException.expected(source, "columns with different names", header);
        }
        if (!header.containsAll(text)) {
            throw DataException.expected(source, "the columns " + text.stream().sorted().toList(), header);
        }
        for (CsvRecord line : records) {
            if (line.getFieldCount() != header.size()) {
                throw DataException.expected(source, header.size() + " values in a line, one for each column",
                        line.getFieldCount() + " in line " + line.getStartingLineNumber());
            }
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            columns.add(column(header.get(i), i, records));
        }
        return new Table(columns, records.size());
    }

    private List<CsvRecord> records(Object source, String content) {
        try (CsvReader<CsvRecord> reader = CsvReader.builder().fieldSeparator(separator)
                // Found later, and told with their line.
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .ofCsvRecord(content)) {
            return reader.stream().toList();
        } catch (CsvParseException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw DataException.expected(source, "comma-separated values", "a fault: " + cause.getMessage());
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
            return Files.readString(file, StandardCharsets.UTF_8);
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
