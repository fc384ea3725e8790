package dev.covector.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.Compiler;
import dev.covector.graph.Graph;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs in DOT. */
final class GraphDotTest {
    @Test
    void ofAWholeGraph() throws IOException {
        Golden.check("line.dot", GraphDot.of(Graphs.line()));
    }

    @Test
    void ofAFunctionHasWhatItReachesOnly() {
        Graph differentiated = Compiler.explain(Graphs.line()).stages().get(2).graph();
        String predict = GraphDot.of(differentiated, "predict");
        assertTrue(predict.contains("dot contract=[1]x[0] as prediction"), predict);
        assertTrue(predict.contains("predict → prediction"), predict);
        assertFalse(predict.contains("square"), predict);
        assertFalse(predict.contains("train"), predict);
    }

    @Test
    void aFunctionMustBeOneOfTheGraph() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> GraphDot.of(Graphs.line(), "test"));
        assertEquals("the graph line has no function \"test\", only [predict, train]", e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"plain | \"plain\"", "say \"hi\" | \"say \\\"hi\\\"\"",
        "back\\slash | \"back\\\\slash\"", "ends\\ | \"ends\\\\\""})
    void textsAreEscaped(String text, String expected) {
        assertEquals(expected, GraphDot.quoted(text));
        assertEquals("\"two\\nlines\"", GraphDot.quoted("two\nlines"));
    }
}
