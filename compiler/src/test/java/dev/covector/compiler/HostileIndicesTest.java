package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.Call;
import dev.covector.runtime.CallException;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Indices that point far outside, among right ones, in each flavour: never memory outside an array. The table has 64 elements,
 * so that products with a stride would overflow, too.
 */
final class HostileIndicesTest {
    private static final long[] HOSTILE = {-1, 8, 9, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE,
        1L << 32, (1L << 32) + 3, -(1L << 32) + 3, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 3};
    private static final int COUNT = 40;
    private static final Dim K = Dim.of("k");
    private static final Tensor TABLE = Tensor.of(new float[64], 8, 8);

    private static CompiledGraph compiled(DType type, Shape shape, BinaryOperator<Expr> result) {
        GraphBuilder g = Graph.builder("g");
        Expr table = g.input("table", FLOAT32, Shape.of(8, 8));
        g.function("f").returns("y", result.apply(table, g.input("i", type, shape)));
        return Compiler.compile(g.build());
    }

    private static boolean fits(DType type, long index) {
        return type == INT64 || index == (int) index;
    }

    private static Tensor indices(DType type, long hostile, int... shape) {
        long[] all = new long[COUNT];
        Arrays.setAll(all, i -> i == COUNT - 3 ? hostile : i % 8);
        return type == INT64 ? Tensor.of(all, shape)
                : Tensor.of(Arrays.stream(all).mapToInt(Math::toIntExact).toArray(), shape);
    }

    private static void refuses(Flavour flavour, CompiledGraph compiled, DType type, int[] shape) {
        Call call = compiled.newSession(1, SessionOptions.defaults().flavour(flavour)).call("f")
                .input("table", TABLE);
        call.input("i", indices(type, 7, shape)).run();
        for (long hostile : HOSTILE) {
            if (fits(type, hostile)) {
                Tensor indices = indices(type, hostile, shape);
                String message = String.valueOf(
                        assertThrows(CallException.class, () -> call.input("i", indices).run()).getMessage());
                assertEquals("index " + hostile + " is not within [0, 8)",
                        message.substring(message.indexOf(": ") + 2));
            }
        }
        call.input("i", indices(type, 7, shape)).run();
    }

    private static boolean canRun(Flavour flavour) {
        return flavour != Flavour.VECTOR
                || ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void gather(Flavour flavour) {
        for (DType type : List.of(INT32, INT64)) {
            for (int axis = 0; axis < 2 && canRun(flavour); axis++) {
                int along = axis;
                refuses(flavour, compiled(type, Shape.of(K), (table, i) -> table.gather(i, along).times(2)),
                        type, new int[]{COUNT});
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void scatterAdd(Flavour flavour) {
        for (DType type : List.of(INT32, INT64)) {
            for (int axis = 0; axis < 2 && canRun(flavour); axis++) {
                int along = axis;
                refuses(flavour, compiled(type, Shape.of(K), (table, i) -> {
                    Expr updates = table.gather(i.rem(1), along).plus(1);
                    return table.scatterAdd(i, updates, along);
                }), type, new int[]{COUNT});
            }
        }
    }

    /** A label that is no class has the loss 0, and none of the others' changes. */
    @ParameterizedTest
    @EnumSource
    void labels(Flavour flavour) {
        for (DType type : List.of(INT32, INT64)) {
            if (!canRun(flavour)) {
                continue;
            }
            CompiledGraph compiled = compiled(type, Shape.of(8, 5),
                    (table, label) -> Losses.softmaxCrossEntropy(
                            table.expandDims(1).broadcastTo(Shape.of(8, 5, 8)), label));
            Call call = compiled.newSession(1, SessionOptions.defaults().flavour(flavour)).call("f")
                    .input("table", TABLE);
            float[] right = call.input("i", indices(type, 7, 8, 5)).run().tensor("y").toFloats();
            right[COUNT - 3] = 0;
            for (long hostile : HOSTILE) {
                if (fits(type, hostile)) {
                    float[] losses =
                            call.input("i", indices(type, hostile, 8, 5)).run().tensor("y").toFloats();
                    losses[COUNT - 3] += 0; // -0 is 0
                    assertArrayEquals(right, losses);
                }
            }
        }
    }
}
