package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What people read when a call is wrong: the exact words. */
final class CallErrorsTest {
    private static final Tensor X = Tensor.zeros(DType.FLOAT32, 4, 3);
    private static final Tensor BIAS = Tensor.zeros(DType.FLOAT32, 4);
    private static final Tensor TWICE = Tensor.zeros(DType.INT32, 8);

    /** A call that goes wrong. */
    interface Mistake {
        void make(Session session);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("unknown function", s -> s.call("row"),
                        "graph \"toy\" has no function \"row\"; "
                                + "it has rows, advance, read, swap, draw, matmul32, matmul64"),
                mistake("unknown input", s -> s.call("rows").input("y", X),
                        "function \"rows\" has no input \"y\"; it has x, bias, twice"),
                mistake("input of a function without", s -> s.call("swap").input("y", X),
                        "function \"swap\" has no input \"y\"; it has none"),
                mistake("unknown result", s -> s.call("swap").run().tensor("after"),
                        "function \"swap\" has no result \"after\"; it has before"),
                mistake("missing input", s -> s.call("rows").input("x", X).input("twice", TWICE).run(),
                        "function \"rows\": input \"bias\" is missing; it is f32[batch]"),
                mistake("dtype", s -> s.call("rows").input("x", Tensor.zeros(DType.FLOAT64, 4, 3)),
                        "function \"rows\": input \"x\" is f32[batch,3], but was given f64[4,3]; "
                                + "convert the data, or cast in the graph"),
                mistake("rank", s -> s.call("rows").input("x", Tensor.zeros(DType.FLOAT32, 12)),
                        "function \"rows\": input \"x\" is f32[batch,3], but was given f32[12]; "
                                + "the rank must be 2"),
                mistake("fixed extent", s -> s.call("rows").input("x", Tensor.zeros(DType.FLOAT32, 3, 4)),
                        "function \"rows\": input \"x\" is f32[batch,3], but was given f32[3,4]; "
                                + "axis 1 must be 3"),
                mistake("a name bound twice",
                        s -> s.call("rows").input("x", X).input("bias", Tensor.zeros(DType.FLOAT32, 5))
                                .input("twice", TWICE).run(),
                        "function \"rows\": input \"bias\" is f32[batch], but was given f32[5]; "
                                + "batch is 4 by input \"x\""),
                mistake("computed extent",
                        s -> s.call("rows").input("x", X).input("bias", BIAS)
                                .input("twice", Tensor.zeros(DType.INT32, 9)).run(),
                        "function \"rows\": input \"twice\" is i32[2*batch], but was given i32[9]; "
                                + "2*batch is 8, where batch is 4"),
                mistake("array too long",
                        s -> s.call("matmul32").input("a", Tensor.zeros(DType.FLOAT32, 50_000, 0))
                                .input("b", Tensor.zeros(DType.FLOAT32, 0, 50_000)).run(),
                        "function \"matmul32\" would need more than 2147483647 elements (m*n), "
                                + "where m is 50000, k is 0, n is 50000"),
                mistake("scalar of several", s -> s.call("draw").run().scalar("u"),
                        "function \"draw\": result \"u\" is f32[100], not one f32; take it with tensor(\"u\")"),
                mistake("own result as input", s -> {
                    PreparedCall matmul = s.prepare("matmul32").input("a", Tensor.zeros(DType.FLOAT32, 2, 2))
                            .input("b", Tensor.zeros(DType.FLOAT32, 2, 2));
                    matmul.input("a", matmul.run().tensor("c"));
                }, "function \"matmul32\": input \"a\" was given a view of a result of the same prepared call; "
                        + "give it a copy()"),
                mistake("unknown parameter", s -> s.parameters().get("w"),
                        "graph \"toy\" has no parameter \"w\"; it has v, pair"),
                mistake("parameter's shape", s -> s.parameters().set("pair", Tensor.zeros(DType.INT32, 3)),
                        "parameter \"pair\" is i32[2], but was given i32[3]"),
                mistake("parameter's dtype", s -> s.parameters().set("pair", Tensor.zeros(DType.FLOAT32, 2)),
                        "parameter \"pair\" is i32[2], but was given f32[2]"));
    }

    private static Arguments mistake(String name, Mistake mistake, String message) {
        return Arguments.of(name, mistake, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void says(String name, Mistake mistake, String message) {
        Session session = ToyGraph.compiled().newSession(42);
        assertEquals(message, assertThrows(CallException.class, () -> mistake.make(session)).getMessage());
    }

    @Test
    void aPreparedCallRecovers() {
        PreparedCall rows =
                ToyGraph.compiled().newSession(42).prepare("rows").input("x", X).input("bias", BIAS)
                        .input("twice", TWICE);
        rows.run();
        assertThrows(CallException.class, () -> rows.input("bias", Tensor.zeros(DType.FLOAT32, 5)).run());
        Results results = rows.input("bias", Tensor.of(new float[]{1, 2, 3, 4}, 4)).run();
        assertArrayEquals(new float[]{1, 2, 3, 4}, results.tensor("sum").toFloats());
    }

    @Test
    void vectorFlavourNeedsVectorCode() {
        SessionOptions vector = SessionOptions.defaults().flavour(Flavour.VECTOR);
        String message =
                assertThrows(IllegalStateException.class, () -> ToyGraph.compiled().newSession(42, vector))
                        .getMessage();
        assertEquals(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? "Flavour.VECTOR: function \"rows\" of graph \"toy\" was compiled without vector code"
                : "Flavour.VECTOR needs the module jdk.incubator.vector: "
                        + "start java with --add-modules jdk.incubator.vector",
                message);
    }
}
