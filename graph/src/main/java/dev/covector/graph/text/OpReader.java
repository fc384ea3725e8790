package dev.covector.graph.text;

import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads an op's attributes; what else it needs, the type that follows in the line says. There is one for each
 * {@link Op#word}, which the round trip of every op checks.
 */
@FunctionalInterface
interface OpReader {
    /** How constants look up slots. */
    interface Slots {
        /** A cursor at the value of the slot that {@code in} stands at. */
        Cursor value(Cursor in);
    }

    Function<Type, Op> read(Cursor in, Slots slots);

    /** The reader for a word, or null. */
    static @Nullable OpReader of(String word) {
        return Table.READERS.get(word);
    }

    /** The words that have readers. */
    static Set<String> words() {
        return Collections.unmodifiableSet(Table.READERS.keySet());
    }

    /** All readers by their words. */
    final class Table {
        private static final Map<String, OpReader> READERS = new HashMap<>();

        private Table() {}

        static {
            READERS.put("input", (in, slots) -> {
                String name = in.name("the input's name");
                return type -> new Op.Input(name, type);
            });
            READERS.put("parameter", (in, slots) -> {
                String name = in.path("the parameter's path");
                return type -> new Op.Parameter(name, type);
            });
            READERS.put("constant", Table::constant);
            READERS.put("iota", (in, slots) -> {
                int axis = attribute(in, "axis");
                return type -> new Op.Iota(type, axis);
            });
            READERS.put("extent", (in, slots) -> {
                Dim dim = in.dim();
                return type -> new Op.Extent(dim, type.dtype());
            });
            READERS.put("random_bits", (in, slots) -> {
                in.expect("stream=");
                long stream = in.integer64();
                return type -> new Op.RandomBits(stream, type);
            });
            for (UnaryKind kind : UnaryKind.values()) {
                plain(kind.toString(), new Op.Unary(kind));
            }
            for (BinaryKind kind : BinaryKind.values()) {
                plain(kind.toString(), new Op.Binary(kind));
            }
            for (CompareKind kind : CompareKind.values()) {
                plain(kind.toString(), new Op.Compare(kind));
            }
            plain("select", new Op.Select());
            READERS.put("cast", (in, slots) -> type -> new Op.Cast(type.dtype()));
            READERS.put("reshape", (in, slots) -> type -> new Op.Reshape(type.shape()));
            READERS.put("broadcast", (in, slots) -> {
                in.expect("axes=");
                List<Integer> axes = in.integers();
                return type -> new Op.Broadcast(type.shape(), axes);
            });
            READERS.put("transpose", (in, slots) -> {
                in.expect("permutation=");
                Op op = new Op.Transpose(in.integers());
                return type -> op;
            });
            READERS.put("slice", (in, slots) -> slice(in));
            READERS.put("reverse", (in, slots) -> {
                in.expect("axes=");
                Op op = new Op.Reverse(in.integers());
                return type -> op;
            });
            READERS.put("pad", (in, slots) -> pad(in));
            alongAxis("concat", Op.Concat::new);
            READERS.put("windows", (in, slots) -> windows(in));
            for (ReduceKind kind : ReduceKind.values()) {
                READERS.put("reduce_" + kind, (in, slots) -> {
                    in.expect("axes=");
                    Op op = new Op.Reduce(kind, in.integers());
                    return type -> op;
                });
            }
            for (ArgKind kind : ArgKind.values()) {
                alongAxis(kind.toString(), axis -> new Op.Arg(kind, axis));
            }
            READERS.put("partial_sum", (in, slots) -> {
                Op op = new Op.PartialSum(attribute(in, "axis"), attribute(in, "block"));
                return type -> op;
            });
            READERS.put("cumsum", (in, slots) -> {
                Op op = new Op.CumSum(attribute(in, "axis"), in.takeWord("exclusive"),
                        in.takeWord("reverse"));
                return type -> op;
            });
            READERS.put("argsort", (in, slots) -> {
                Op op = new Op.ArgSort(attribute(in, "axis"), in.takeWord("descending"));
                return type -> op;
            });
            for (ReduceKind kind : List.of(ReduceKind.SUM, ReduceKind.MAX, ReduceKind.MIN)) {
                READERS.put("window_" + kind, (in, slots) -> window(in,
                        (windows, strides) -> new Op.ReduceWindow(kind, windows, strides)));
            }
            for (ArgKind kind : ArgKind.values()) {
                READERS.put("window_" + kind, (in, slots) -> window(in,
                        (windows, strides) -> new Op.ArgWindow(kind, windows, strides)));
            }
            READERS.put("dot", (in, slots) -> dot(in));
            READERS.put("conv", (in, slots) -> conv(in));
            alongAxis("gather", Op.Gather::new);
            alongAxis("scatter_add", Op.ScatterAdd::new);
            plain("gradient", new Op.Gradient());
            plain("stop_gradient", new Op.StopGradient());
            READERS.put("placeholder", (in, slots) -> {
                in.expect("id=");
                long id = in.integer64();
                return type -> new Op.Placeholder(id, type);
            });
            plain("custom_gradient", new Op.CustomGradient());
        }

        private static void plain(String word, Op op) {
            READERS.put(word, (in, slots) -> type -> op);
        }

        private static void alongAxis(String word, IntFunction<Op> make) {
            READERS.put(word, (in, slots) -> {
                Op op = make.apply(attribute(in, "axis"));
                return type -> op;
            });
        }

        private static int attribute(Cursor in, String name) {
            in.expect(name + "=");
            return in.integer();
        }

        /** The elements can only be read when the type is known, which comes after them. */
        private static Function<Type, Op> constant(Cursor in, Slots slots) {
            Cursor value;
            if (in.at('#')) {
                value = slots.value(in);
            } else {
                in.skipSpaces();
                value = in.from(in.position());
                LiteralText.skip(in);
            }
            return type -> new Op.Constant(LiteralText.read(value, type));
        }

        private static Function<Type, Op> slice(Cursor in) {
            List<Dim> starts = new ArrayList<>();
            List<Dim> limits = new ArrayList<>();
            List<Integer> steps = new ArrayList<>();
            in.list(() -> {
                starts.add(in.dim());
                in.expect(":");
                limits.add(in.dim());
                steps.add(in.take(':') ? in.integer() : 1);
            });
            Op op = new Op.Slice(starts, limits, steps);
            return type -> op;
        }

        private static Function<Type, Op> pad(Cursor in) {
            in.expect("low=");
            List<Dim> low = in.dims();
            in.expect("high=");
            List<Dim> high = in.dims();
            List<Integer> interior = optional(in, "interior", in::integers);
            return type -> new Op.Pad(low, high, or(interior, low.size(), 0));
        }

        private static Function<Type, Op> window(Cursor in,
                BiFunction<List<Integer>, List<Integer>, Op> make) {
            in.expect("window=");
            List<Integer> windows = in.integers();
            Op op = make.apply(windows, or(optional(in, "stride", in::integers), windows.size(), 1));
            return type -> op;
        }

        private static Function<Type, Op> conv(Cursor in) {
            List<Integer> strides = optional(in, "stride", in::integers);
            List<Dim> low = optional(in, "low", in::dims);
            List<Dim> high = optional(in, "high", in::dims);
            List<Integer> inputDilation = optional(in, "input_dilation", in::integers);
            List<Integer> kernelDilation = optional(in, "kernel_dilation", in::integers);
            return type -> {
                int spatial = Math.max(0, type.shape().rank() - 3);
                return new Op.Conv(or(strides, spatial, 1), or(low, spatial, Dim.of(0)),
                        or(high, spatial, Dim.of(0)), or(inputDilation, spatial, 1),
                        or(kernelDilation, spatial, 1));
            };
        }

        /** An attribute that may be left out: null. */
        private static <T> @Nullable List<T> optional(Cursor in, String name, Supplier<List<T>> list) {
            return in.takeAttribute(name) ? list.get() : null;
        }

        private static <T> List<T> or(@Nullable List<T> given, int size, T usual) {
            return given == null ? Collections.nCopies(size, usual) : given;
        }

        private static Function<Type, Op> windows(Cursor in) {
            in.expect("axes=");
            in.skipSpaces();
            int start = in.position();
            List<Integer> axes = in.integers();
            in.expect("windows=");
            List<Dim> windows = in.dims();
            in.expect("strides=");
            List<Integer> strides = in.integers();
            in.expect("dilations=");
            List<Integer> dilations = in.integers();
            return type -> {
                if (!axes.stream().allMatch(axis -> axis >= 0 && axis < type.shape().rank())) {
                    throw in.errorAt(start, "expected axes of " + type + ", found " + axes);
                }
                return new Op.Windows(axes, axes.stream().map(type.shape()::dim).toList(), windows, strides,
                        dilations);
            };
        }

        private static Function<Type, Op> dot(Cursor in) {
            List<Integer> batchA = List.of();
            List<Integer> batchB = List.of();
            if (in.takeAttribute("batch")) {
                batchA = in.integers();
                in.expect("x");
                batchB = in.integers();
            }
            in.expect("contract=");
            List<Integer> contractA = in.integers();
            in.expect("x");
            Op op = new Op.Dot(batchA, batchB, contractA, in.integers());
            return type -> op;
        }
    }
}
