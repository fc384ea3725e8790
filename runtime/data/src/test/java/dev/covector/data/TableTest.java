package dev.covector.data;

import static dev.covector.data.DataLoaderTest.assertWrong;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TableTest {
    @TempDir
    private Path directory = Path.of("");

    private Table csv(String... lines) {
        return csv(CsvFormat.DEFAULT, lines);
    }

    private Table csv(CsvFormat format, String... lines) {
        try {
            return Table.readCsv(Files.writeString(directory.resolve("t.csv"), String.join("\n", lines)),
                    format);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Names and values, a column a line. */
    static String show(Table table) {
        StringBuilder text = new StringBuilder();
        for (String name : table.names()) {
            text.append(text.isEmpty() ? "" : "; ").append(name).append(' ').append(table.isNumeric(name)
                    ? Arrays.toString(table.numbers(name))
                    : table.text(name).toString());
        }
        return text.toString();
    }

    private Table houses() {
        return csv("rooms,alley,price", "NA,Pave,127500", "2,NA,106000", "4,,178100", "NA,NA,140000");
    }

    @Test
    void columnsHaveNumbersOrText() {
        assertEquals("rooms [NaN, 2.0, 4.0, NaN]; alley [Pave, null, null, null];"
                + " price [127500.0, 106000.0, 178100.0, 140000.0]", show(houses()));
        assertEquals("4 rows: rooms (numbers), alley (text), price (numbers)", houses().toString());
        assertEquals(2, houses().missing("rooms"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1         | 1.0", "-1.5e3 | -1500.0", "+.5 | 0.5", "' 2 ' | 2.0", "'\" 7\"' | 7.0", "NA | NaN",
        "'\"\"' | NaN",
        "1d        | text", "0x1p3 | text", "NaN | text", "2010-01-02 | text", "1 000 | text", "- | text"
    })
    void whatANumberIs(String value, String expected) {
        Table table = csv("x,y", "3,1", value + ",2");
        assertEquals(expected.equals("text") ? "[3, " + value + "]" : "[3.0, " + expected + "]",
                table.isNumeric("x") ? Arrays.toString(table.numbers("x")) : table.text("x").toString());
    }

    @Test
    void formats() {
        assertEquals("a [1.0, NaN]; b [x, null]",
                show(csv(CsvFormat.DEFAULT.separator(';').missing("?", "-"), "a;b", "1;x", "-;?")));
        assertEquals("a [1.0, 3.0]; b [2.0, 4.0]",
                show(csv(CsvFormat.DEFAULT.names("a", "b"), "1,2", "3,4")));
        assertEquals("code [020, null]", show(csv(CsvFormat.DEFAULT.text("code"), "code", "020", "NA")));
        assertEquals("a [x,y, say \"z\"\nagain]; b [1.0, 2.0]",
                show(csv("a,b\r", "\"x,y\",1\r", "\r", "\"say \"\"z\"\"", "again\",2\r")));
        assertEquals("a [1.0]", show(csv("\uFEFFa", "1")));
        assertEquals("a []; b []", show(csv("a,b")));
    }

    @Test
    void textIsReadAsAFileIs() throws IOException {
        try (Reader reader = new StringReader("\uFEFFa,b\n1,x\n,y\n")) {
            assertEquals("a [1.0, NaN]; b [x, y]", show(Table.readCsv(reader)));
            assertEquals(-1, reader.read(), "the reader is at its end, and open");
        }
        assertEquals("a [1.0]; b [2.0]",
                show(Table.readCsv(new StringReader("1;2"),
                        CsvFormat.DEFAULT.separator(';').names("a", "b"))));
        Reader closed = new StringReader("a");
        closed.close();
        assertWrong("CSV: expected readable text, found java.io.IOException: Stream closed",
                () -> Table.readCsv(closed));
    }

    /** A fault of the file, and the line that the user sees of it after the name of the file. */
    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to the lines
    enum Fault {
        EMPTY("expected a line with the names of the columns, found nothing"),
        SHORT_LINE("expected 2 values in a line, one for each column, found 1 in line 3", "a,b", "1,2", "3",
                "4,5"),
        LONG_LINE("expected 2 values in a line, one for each column, found 3 in line 5", "a,b", "", "\"1",
                "1\",2",
                "3,4,5"),
        SAME_NAME("expected columns with different names, found [a, b, a]", "a,b,a", "1,2,3"),
        OPEN_QUOTE("expected comma-separated values, found a fault:"
                + " Unclosed quoted field at end of input (record starting at line 2)", "a,b", "1,\"2",
                "3,4"),
        NO_SUCH_COLUMN("expected the columns [zip], found [a, b]", "a,b", "1,2");

        private final String message;
        private final String[] lines;

        Fault(String message, String... lines) {
            this.message = message;
            this.lines = lines;
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsAFaultInOneLine(Fault fault) {
        CsvFormat format = fault == Fault.NO_SUCH_COLUMN ? CsvFormat.DEFAULT.text("zip") : CsvFormat.DEFAULT;
        DataException e = assertThrows(DataException.class, () -> csv(format, fault.lines));
        assertEquals(directory.resolve("t.csv") + ": " + fault.message, e.getMessage());
        Reader reader = new StringReader(String.join("\n", fault.lines));
        e = assertThrows(DataException.class, () -> Table.readCsv(reader, format));
        assertEquals("CSV: " + fault.message, e.getMessage());
    }

    @Test
    void tellsThatThereIsNoTextFile() throws IOException {
        Path latin = Files.write(directory.resolve("latin"), "é".getBytes(StandardCharsets.ISO_8859_1));
        assertWrong(latin + ": expected text in UTF-8, found other bytes", () -> Table.readCsv(latin));
        assertWrong(directory + ": expected a file, found a directory or a special file",
                () -> Table.readCsv(directory));
        Path nothing = directory.resolve("nothing");
        assertWrong(nothing + ": expected a file, found nothing there", () -> Table.readCsv(nothing));
    }

    @Test
    void rowsAndColumnsCanBeChosen() {
        assertEquals("price [106000.0, 178100.0]; rooms [2.0, 4.0]",
                show(houses().select("price", "rooms").rows(1, 3)));
        assertEquals("price [140000.0, 127500.0]", show(houses().drop("rooms", "alley").take(3, 0)));
        assertEquals("rooms [2.0, 4.0]; price [106000.0, 178100.0]", show(houses().drop("alley").dropna()));
        assertEquals("rooms [NaN]; alley [Pave]; price [127500.0]", show(houses().dropna("alley")));
        assertEquals("rooms []; alley []; price []", show(houses().dropna()));
    }

    @Test
    void whatIsMissingCanBeFilled() {
        Table table = houses().drop("price");
        assertEquals("rooms [0.0, 2.0, 4.0, 0.0]; alley [Pave, null, null, null]", show(table.fillna(0)));
        assertEquals("rooms [NaN, 2.0, 4.0, NaN]; alley [Pave, none, none, none]",
                show(table.fillna("none")));
        assertEquals(Map.of("rooms", 3.0), table.mean());
        assertEquals("rooms [3.0, 2.0, 4.0, 3.0]; alley [Pave, null, null, null]",
                show(table.fillna(table.mean())));
    }

    @Test
    void tablesCanBeConcatenated() {
        Table top = csv("a,b", "1,x", "2,y");
        assertEquals("a [1.0, 2.0, NaN]; b [x, y, null]", show(top.concat(csv("a,b", ",NA"))));
        assertEquals("a [NaN, 1.0, 2.0]; b [null, x, y]", show(csv("a,b", ",NA").concat(top)));
        assertWrong("column \"b\" has numbers in one table and text in the other;"
                + " CsvFormat.text(\"b\") reads them as text", () -> top.concat(csv("a,b", "1,2")));
        assertWrong("wanted the same columns in the same order; lacking [b], not wanted [c]",
                () -> top.concat(csv("a,c", "1,2")));
        assertWrong(
                "wanted the same columns in the same order; they are in another order: [b, a] instead of [a, b]",
                () -> top.concat(csv("b,a", "x,2")));
    }

    @Test
    void tensors() {
        assertEquals("f32[2,2] {2.0, 106000.0, 4.0, 178100.0}",
                houses().drop("alley").dropna().toTensor().toString());
        Table flowers = csv("species", "b", "a", "NA", "b");
        assertEquals(List.of("a", "b"), flowers.categories("species"));
        assertEquals("i32[4] {1, 0, -1, 1}", flowers.codes("species").toString());
    }

    @Test
    void mistakesAreTold() {
        Table houses = houses();
        assertWrong("column \"rooms\" lacks 2 values; fillna or dropna first", houses::toTensor);
        assertWrong("column \"alley\" has text, which a tensor can't have; drop it, or apply a OneHotEncoder",
                () -> houses.fillna(0).toTensor());
        assertWrong("no column \"room\"; there are rooms, alley, price", () -> houses.select("room"));
        assertWrong("no column \"room\"; there are rooms, alley, price",
                () -> houses.fillna(Map.of("room", 1.0)));
        assertWrong("column \"alley\" has text, not numbers", () -> houses.fillna(Map.of("alley", 1.0)));
        assertWrong("column \"rooms\" has numbers, not text; CsvFormat.text(\"rooms\") reads them as text",
                () -> houses.codes("rooms"));
        assertWrong("two columns would be named \"rooms\"", () -> houses.select("rooms", "price", "rooms"));
        assertWrong("two columns would be named \"a_b\"", () -> {
            Table table = csv("a,a_b", "b,1");
            OneHotEncoder.fit(table).transform(table);
        });
        assertWrong("Range [3, 5) out of bounds for length 4", () -> houses.rows(3, 5));
    }

    @Test
    void oneHotColumnsStandBehindTheNumbers() {
        Table table = csv("a,b,c,d", "x,1,q,5", "NA,2,q,6", "w,3,q,7");
        OneHotEncoder encoder = OneHotEncoder.fit(table);
        assertEquals("b [1.0, 2.0, 3.0]; d [5.0, 6.0, 7.0]; a_w [0.0, 0.0, 1.0]; a_x [1.0, 0.0, 0.0];"
                + " a_nan [0.0, 1.0, 0.0]; c_q [1.0, 1.0, 1.0]; c_nan [0.0, 0.0, 0.0]",
                show(encoder.transform(table)));
        assertEquals("b [1.0, 2.0, 3.0]; d [5.0, 6.0, 7.0]; a_w [0.0, 0.0, 1.0]; a_x [1.0, 0.0, 0.0];"
                + " c_q [1.0, 1.0, 1.0]", show(encoder.withoutMissing().transform(table)));
    }

    @Test
    void oneHotColumnsAreThoseOfTheFittedTable() {
        OneHotEncoder encoder = OneHotEncoder.fit(csv("a,b", "x,1", "w,2"));
        assertEquals("b [3.0]; a_w [0.0]; a_x [1.0]; a_nan [0.0]",
                show(encoder.transform(csv("a,b", "x,3"))));
        assertEquals("b [3.0]; a_w [0.0]; a_x [0.0]; a_nan [1.0]",
                show(encoder.transform(csv("a,b", "NA,3"))));
        assertEquals("b [3.0]; a_w [0.0]; a_x [0.0]; a_nan [0.0]",
                show(encoder.ignoreUnknown().transform(csv("a,b", "z,3"))));
        assertWrong("column \"a\" has the unknown category \"z\" in row 1; there are w, x."
                + " Fit on all tables, concatenated, or ignoreUnknown()",
                () -> encoder.transform(csv("a,b", "x,3", "z,3")));
        assertWrong("column \"a\" has numbers, but had text when this was fitted;"
                + " CsvFormat.text(\"a\") reads them as text", () -> encoder.transform(csv("a,b", "4,3")));
        assertWrong("wanted the same columns in the same order; lacking [b], not wanted []",
                () -> encoder.transform(csv("a", "x")));
    }

    @Test
    void numbersAreStandardised() {
        Table train = csv("a,b,c,d", "1,x,0.1,", "NA,y,0.1,", "3,z,0.1,");
        StandardScaler scaler = StandardScaler.fit(train);
        double half = 1 / Math.sqrt(2);
        assertEquals(
                "a [" + -half + ", 0.0, " + half + "]; b [x, y, z]; c [0.0, 0.0, 0.0]; d [0.0, 0.0, 0.0]",
                show(scaler.transform(train)));
        assertEquals("a [0.0, " + 4 * half + "]; b [5.0, 6.0]; c [0.0, 0.0]; d [0.0, 0.0]",
                show(scaler.transform(csv("a,b,c,d", "NA,5,9,1", "6,6,0.1,"))));
        assertEquals("a [-1.0, 0.0, 1.0]", show(StandardScaler.fit(train, 0).transform(train).select("a")));
        assertWrong("no column \"d\"; there are a, b, c", () -> scaler.transform(train.drop("d")));
        assertWrong("ddof is 0 or 1, got 2", () -> StandardScaler.fit(train, 2));
        assertTrue(Double.isNaN(scaler.mean()[2]), "of column d");
    }
}
