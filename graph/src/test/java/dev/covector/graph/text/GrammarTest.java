package dev.covector.graph.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** GRAMMAR.md and the parser take the same texts, but for what the page tells in words. */
final class GrammarTest {
    private static final String PAGE = page();
    private static final Ebnf GRAMMAR = new Ebnf(block("ebnf"));

    /** What follows the grammar and is wrong all the same; the last is of operands that an op doesn't take. */
    private static final Pattern MEANING = Pattern.compile(
            "expected (a node that is defined above|a new (number|slot|result)|a parameter, found|the inputs"
                    + "|a slot of the table|slots that a constant uses|an extent, found|axes of|a positive divisor|a number of"
                    + "|\\d+ elements|\\d+ bytes|base64|the elements of|a constant of fixed|an integer of (32|64) bits"
                    + "|a dimension's name|a dimension whose factors|\\S+, which is what)"
                    + "|the (function|parameter|initial value of) |this text is of version|\\w+: .*");
    private static final Pattern OTHER_TYPE =
            Pattern.compile("expected (\\S+), which is what \\S+ makes of its operands, found (\\S+)");

    private static String page() {
        try {
            return Files.readString(Path.of("GRAMMAR.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String block(String language) {
        return PAGE.split("```" + language + "\n")[1].split("```")[0];
    }

    @Test
    void theExampleIsAGraph() {
        String example = block("text");
        assertEquals(example.replaceAll("  //.*\n", ""), GraphText.annotated(GraphText.parse(example)));
        assertTrue(follows(example));
    }

    /** The words of the page's operations are those of the parser's table: none is missing, none too many. */
    @Test
    void namesAllOperations() {
        Set<String> words = GRAMMAR.words("operation");
        words.removeIf(word -> OpReader.of(word) == null);
        Set<String> printed = new LinkedHashSet<>(OpReader.words());
        assertEquals(new TreeSet<>(printed), new TreeSet<>(words));
    }

    /** Everything that the printer prints, in both printings. */
    static Stream<Graph> printed() {
        List<Graph> graphs = new ArrayList<>();
        GraphTextTest.primitives()
                .forEach(primitive -> graphs.add(GraphText.parse(GraphTextTest.around(primitive))));
        GraphTextTest.literals().forEach(literal -> graphs.add(GraphTextTest.of(literal)));
        graphs.add(GraphTextTest.training());
        graphs.add(GraphText.parse(GraphTextTest.RULE));
        return graphs.stream();
    }

    @ParameterizedTest
    @MethodSource("printed")
    void coversWhatIsPrinted(Graph graph) {
        assertTrue(follows(GraphText.annotated(graph)), () -> GraphText.annotated(graph));
        assertTrue(follows(GraphText.canonical(graph)), () -> GraphText.canonical(graph));
    }

    /** A line at a time: each is a rule, and lines have nothing to do with each other. */
    private static boolean follows(String text) {
        List<String> lines = text.lines().toList();
        return GRAMMAR.matches("version", lines.get(0)) && lines.get(1).startsWith("graph")
                && lines.subList(2, lines.size()).stream()
                        .allMatch(
                                line -> line.strip().startsWith("//") || GRAMMAR.matches("statement", line));
    }

    /** Random texts of the grammar are read, or refused for what they mean only. */
    @Test
    void whatItMakesIsRead() {
        SplittableRandom random = new SplittableRandom(1);
        int read = 0;
        for (int i = 0; i < 2_000; i++) {
            String statement = GRAMMAR.make("statement", random, GrammarTest::given);
            assertTrue(GRAMMAR.matches("statement", statement), statement);
            read += isRead(statement) ? 1 : 0;
        }
        GRAMMAR.make("text", random, GrammarTest::given);
        GRAMMAR.make("PATH", random, (rule, r) -> null);
        assertTrue(read > 100, "only " + read + " texts were graphs: the others show less");
        assertEquals(Set.of(), GRAMMAR.unused(), "never made");
    }

    /** Whether it means something, with the type put right. */
    private static boolean isRead(String statement) {
        String last = statement;
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                GraphText.parse(GraphTextTest.LEAVES + last + "\n");
                return true;
            } catch (GraphSyntaxException e) {
                String problem = e.problem().lines().findFirst().orElse("");
                assertTrue(MEANING.matcher(problem).lookingAt(), () -> statement + "\n" + e.getMessage());
                Matcher other = OTHER_TYPE.matcher(problem);
                if (!other.find()) {
                    return false;
                }
                // The type's spaces are gone in the message, so look where it is.
                String line = last;
                int from = e.column() - 1;
                last = line.substring(0, from) + other.group(1)
                        + line.substring(line.indexOf(']', from) + 1);
            }
        }
        return false;
    }

    /** Names that exist, so that more texts mean something, and small numbers. */
    private static @Nullable String given(String rule, SplittableRandom random) {
        List<String> texts = switch (rule) {
            case "REF" -> random.nextInt(8) == 0 ? List.of("%11", "%12")
                    : List.of("%0", "%1", "%2", "%3", "%4", "%5", "%6", "%7", "%8", "%9", "%10");
            case "DIM" -> List.of("n", "m", "batch", "_1");
            case "DIGITS" -> List.of("0", "1", "1", "2", "3", "12");
            case "NAME" -> List.of("a", "exp", "at", "_x.y", "update", "Graph2");
            default -> List.of();
        };
        return texts.isEmpty() ? null : texts.get(random.nextInt(texts.size()));
    }

    /** What the parser reads follows the grammar: texts that mean something, with a few letters changed. */
    @Test
    void whatIsReadFollowsIt() {
        SplittableRandom random = new SplittableRandom(2);
        List<String> lines =
                GraphTextTest.primitives().map(primitive -> "%11 = " + primitive + " as y at A.java:3")
                        .toList();
        List<String> more =
                List.of("function f(%0, %1) -> y=%0, z=%1", "function g -> y=%0", "#0 = [1,2,inf]",
                        "function f() -> ", "%11 = constant base64 AAAAAAAA : f32[2] // text");
        int read = 0;
        for (int i = 0; i < 2_000; i++) {
            List<String> from = random.nextInt(4) == 0 ? more : lines;
            String changed = changed(from.get(random.nextInt(from.size())), random);
            try {
                GraphText.parse(GraphTextTest.LEAVES + changed);
            } catch (GraphSyntaxException e) {
                continue;
            }
            read++;
            assertTrue(
                    changed.isBlank() || changed.strip().startsWith("//")
                            || GRAMMAR.matches("statement", changed),
                    changed);
        }
        assertTrue(read > 200 && read < 1_800, read + " of 2,000 were read");
        assertFalse(GRAMMAR.matches("statement", "%0 = input x : f32[] at A.java"));
    }

    private static String changed(String line, SplittableRandom random) {
        StringBuilder changed = new StringBuilder(line);
        for (int count = random.nextInt(1, 3); count > 0; count--) {
            int at = random.nextInt(changed.length());
            String letter = String.valueOf(" =%#[],:-+*()/.xn19e\"_".charAt(random.nextInt(22)));
            switch (random.nextInt(3)) {
                case 0 -> changed.deleteCharAt(at);
                case 1 -> changed.insert(at, letter);
                default -> changed.replace(at, at + 1, letter);
            }
            if (changed.isEmpty()) {
                break;
            }
        }
        return changed.toString();
    }
}
