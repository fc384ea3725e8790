package dev.covector.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.Compiler;
import dev.covector.compiler.Explanation;
import dev.covector.graph.Graph;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.MachineLimits;
import dev.covector.runtime.Profile;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of graphs, read as a person would. */
final class PlainWordsTest {
    /** A graph of text, whose lines stay. */
    private static final String NETWORK = """
            graph network
              %0 = input x : f32[batch,512] at Net.java:3
              %1 = parameter hidden.weight : f32[512,512] at Net.java:4
              %2 = dot %0 %1 contract=[1]x[0] : f32[batch,512] at Net.java:5
              %3 = relu %2 : f32[batch,512] at Net.java:5
              %4 = reduce_max %3 axes=[1] : f32[batch] at Net.java:6
              %5 = broadcast %4 axes=[0] : f32[batch,512] at Net.java:6
              %6 = sub %3 %5 : f32[batch,512] at Net.java:6
              %7 = exp %6 : f32[batch,512] at Net.java:6
              %8 = reduce_sum %7 axes=[1] : f32[batch] at Net.java:7
              %9 = parameter narrow.weight : f32[512,5] at Net.java:8
              %10 = dot %7 %9 contract=[1]x[0] : f32[batch,5] at Net.java:9
              %11 = tanh %10 : f32[batch,5] at Net.java:9
              %12 = input index : i32[batch] at Net.java:10
              %13 = input base : f32[100,5] at Net.java:11
              %14 = scatter_add %13 %12 %11 axis=0 : f32[100,5] at Net.java:12
              %15 = constant 0.0 : f32[]
              %16 = broadcast %15 axes=[] : f32[512,512]
              %17 = broadcast %15 axes=[] : f32[512,5]
              parameter %1 initial=%16 trainable
              parameter %9 initial=%17 trainable
              function f(%0, %12, %13) -> sum=%8, table=%14
            """;

    @Test
    void ofANetwork() throws IOException {
        Golden.check("network.words.txt", PlainWords.of(Compiler.explain(GraphText.parse(NETWORK)))
                .dims(Map.of("batch", 1000)).text());
    }

    @Test
    void ofATrainingStep() throws IOException {
        // Lines of a file that changes would be in the way.
        String words = PlainWords.of(Compiler.explain(Graphs.mlp())).text("train");
        Golden.check("mlp.words.txt", words.replaceAll("Graphs\\.java:\\d+", "Graphs.java:N"));
    }

    @Test
    void aSmallFunctionIsSaidToBeSmall() {
        Graph graph = GraphText.parse("""
                graph small
                  %0 = input x : f32[4]
                  %1 = exp %0 : f32[4]
                  function f(%0) -> y=%1
                """);
        String words = PlainWords.of(Compiler.explain(graph)).text();
        assertTrue(words.contains("it is so small that one method does all, without loops"), words);
        assertTrue(words.startsWith("function f\n"), words);
    }

    /** But for those that are part of a product, as in {@link #ofATrainingStep}. */
    @Test
    void updatesThatTakeAGoodPartAreSaidTo() {
        String words = PlainWords.of(Compiler.explain(GraphText.parse("""
                graph decay
                  %0 = constant 0.0 : f32[]
                  %1 = broadcast %0 axes=[] : f32[1000,1000]
                  %2 = parameter w : f32[1000,1000]
                  %3 = constant 0.5 : f32[]
                  %4 = broadcast %3 axes=[] : f32[1000,1000]
                  %5 = mul %2 %4 : f32[1000,1000]
                  parameter %2 initial=%1 trainable
                  function decay() update %2=%5
                """))).text("decay");
        assertTrue(words.contains("giving parameters their new values takes this much"), words);
    }

    @Test
    void aProfileTakesThePlaceOfTheEstimate() {
        Graph graph = Graphs.mlp();
        Explanation explanation = Compiler.explain(graph);
        Session session = Compiler.compile(graph).newSession(1);
        try (Profile profile = session.profile().limits(new MachineLimits(1e11, 1e10))) {
            session.call("predict").input("x", Tensor.of(new float[256 * 784], 256, 784)).run();
            String words = PlainWords.of(explanation).dims(Map.of("batch", 256)).profile(profile).text();
            String predict = words.substring(0, words.indexOf("function train"));
            assertTrue(predict.contains("Where the time goes, as measured"), words);
            assertTrue(predict.contains("a call takes "), words);
            assertTrue(predict.contains("of what the machine can do"), words);
            // What was not called was not measured.
            assertFalse(words.substring(predict.length()).contains("as measured"), words);
        }
    }

    @Test
    void aFunctionMustBeOneOfTheGraph() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> PlainWords.of(Compiler.explain(Graphs.line())).text("test"));
        assertEquals("the graph line has no function \"test\", only [predict, train, initial]",
                e.getMessage());
    }
}
