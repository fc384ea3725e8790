package dev.covector.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.graph.text.GraphSyntaxException;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class GraphVerifierTest {
    /** What each node is allowed to be, and yet the whole is not a graph. */
    private static final String ILL_FORMED = """
            %0 = parameter p : f32[3]
            function f -> y=%0
            =>
            the parameter p: f32[3] is not declared
            ----
            %0 = parameter p : f32[]
            %1 = parameter p : f32[]
            %2 = constant 1 : f32[]
            parameter %0 initial=%2
            parameter %1 initial=%2
            =>
            the parameter p is declared twice
            ----
            %0 = parameter p : f32[n]
            %1 = input x : f32[n]
            parameter %0 initial=%1
            =>
            the parameter p has the shape [n], but a parameter's extents are fixed
              hint: named dimensions are for inputs
            ----
            %0 = parameter p : f32[3]
            %1 = constant 1 : f32[]
            parameter %0 initial=%1
            =>
            the initial value of p is f32[], the parameter f32[3]
            ----
            %0 = parameter p : f32[3]
            %1 = input x : f32[3] at Mlp.java:12
            %2 = exp %1 : f32[3]
            parameter %0 initial=%2
            =>
            the initial value of p depends on x: f32[3], made at Mlp.java:12
              hint: it may only depend on constants and random numbers
            ----
            %0 = input x : f32[3]
            function f -> y=%0
            function f -> z=%0
            =>
            the function f is declared twice
            ----
            %0 = input x : f32[3]
            %1 = exp %0 : f32[3]
            function f update %0=%1
            =>
            the function f updates x: f32[3], which is not a parameter
            ----
            %0 = parameter p : f32[]
            %1 = constant 1 : f32[]
            parameter %0 initial=%1
            function f update %0=%1, %0=%0
            =>
            the function f updates p: f32[] twice
            ----
            %0 = parameter p : f32[]
            %1 = constant 1 : f32[]
            %2 = constant 1 : f64[]
            parameter %0 initial=%1
            function f update %0=%2
            =>
            the function f updates p: f32[] with a value of type f64[]
            ----
            %0 = input x : f32[3]
            %1 = input x : f32[3]
            function f -> y=%0, z=%1
            =>
            the function f has two inputs called x
            ----
            %0 = random_bits stream=0 : i32[n,3]
            %1 = neg %0 : i32[n,3] as noise at Mlp.java:7
            function f -> y=%1
            =>
            the function f can't tell the dimension n of random_bits: i32[n,3]
              hint: an input that the function reads must have an axis of just that name
            ----
            %0 = input x : f32[m]
            %1 = extent m*n : f32[]
            function f -> x=%0, y=%1
            =>
            the function f can't tell the dimension n of extent: f32[]
              hint: an input that the function reads must have an axis of just that name
            ----
            %0 = input x : f32[3]
            %1 = placeholder id=0 : f32[3]
            %2 = placeholder id=1 : f32[3] as cotangent at Rule.java:7
            %3 = custom_gradient %0 %0 %1 %2 %2 : f32[3]
            %4 = exp %2 : f32[3]
            function f -> y=%3, z=%4
            =>
            the function f depends on cotangent: f32[3], made at Rule.java:7
              hint: what a custom gradient's rule is given has a value in that rule only
            ----
            %0 = parameter p : f32[3]
            %1 = placeholder id=0 : f32[3]
            parameter %0 initial=%1
            =>
            the initial value of p depends on placeholder: f32[3]
              hint: what a custom gradient's rule is given has a value in that rule only
            ----
            %0 = input x : f32[3]
            %1 = placeholder id=0 : f32[3]
            %2 = placeholder id=1 : f32[3]
            %3 = exp %2 : f32[3]
            %4 = custom_gradient %3 %0 %1 %2 %2 : f32[3]
            function f -> y=%4
            =>
            custom_gradient(…): f32[3] depends on placeholder: f32[3] outside of its rule
            ----
            %0 = input x : f32[3]
            %1 = placeholder id=1 : f32[3]
            %2 = custom_gradient %0 %0 %0 %1 %1 : f32[3]
            function f -> y=%2
            =>
            custom_gradient(…): f32[3] has x: f32[3] in a placeholder's place
            """;

    static Stream<String[]> illFormed() {
        return Arrays.stream(ILL_FORMED.split("----\n")).map(program -> program.split("=>\n"));
    }

    @ParameterizedTest
    @MethodSource("illFormed")
    void whatIsNoGraphIsRefused(String program, String message) {
        GraphSyntaxException e =
                assertThrows(GraphSyntaxException.class, () -> GraphText.parse("graph g\n" + program));
        assertTrue(e.problem().startsWith(
                message.stripTrailing() + "\n" + program.lines().toList().get(e.line() - 2)), e.problem());
    }

    @Test
    void nodesOfTwoFactoriesDoNotMix() {
        Type type = new Type(DType.FLOAT32, Shape.of(3));
        NodeFactory first = NodeFactory.plain();
        first.make(new Op.Input("other", type), List.of(), null, "other");
        Node x = first.make(new Op.Input("x", type), List.of(), null, "x");
        Node exp = NodeFactory.plain().make(new Op.Unary(UnaryKind.EXP), List.of(x), null, null);
        GraphException e = assertThrows(GraphException.class, () -> Graph.of("g", List.of(),
                List.of(new Graph.Function("f", Map.of("y", exp), List.of()))));
        assertEquals("exp(…): f32[3] comes before its operand x: f32[3]", e.getMessage());
    }
}
