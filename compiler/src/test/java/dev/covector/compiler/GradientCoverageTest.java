package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.compiler.reference.FiniteDifferences;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.GraphException;
import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** That {@link GradientRulesTest} and {@link ConvolutionGradientsTest} leave nothing out; and what has no derivative, which is refused. */
final class GradientCoverageTest {
    /** What no gradient meets: it has no operands, is made or gone before, or is only part of a derivative. */
    private static final Set<String> NOT_DIFFERENTIATED = Set.of("Input", "Parameter", "Constant", "Iota",
            "Extent", "Random", "RandomBits", "PartialSum", "Windows", "Gradient", "Placeholder",
            "ArgWindow");

    // ---- what has no derivative

    static Stream<Arguments> withoutDerivative() {
        return Stream.of(
                row("sign", Expr::sign), row("floor", Expr::floor), row("ceil", Expr::ceil),
                row("round", Expr::round), row("is_nan", x -> number(x.isNaN())),
                row("a number of its dtype", x -> x.constant(1.0)), row("a whole one", x -> x.constant(1L)),
                row("is_finite", x -> number(x.isFinite())), row("not", x -> number(x.gt(0).not())),
                row("eq", x -> number(x.eq(x))), row("ne", x -> number(x.ne(x))),
                row("lt", x -> number(x.lt(x))), row("le", x -> number(x.le(x))),
                row("gt", x -> number(x.gt(x))), row("ge", x -> number(x.ge(x))),
                row("eq a number", x -> number(x.eq(1))), row("ne a number", x -> number(x.ne(1))),
                row("lt a number", x -> number(x.lt(1))), row("le a number", x -> number(x.le(1))),
                row("gt a number", x -> number(x.gt(1))), row("ge a number", x -> number(x.ge(1))),
                row("and", x -> number(x.gt(0).and(x.lt(1)))), row("or", x -> number(x.gt(0).or(x.lt(1)))),
                row("xor", x -> number(x.gt(0).xor(x.lt(1)))),
                row("bits", x -> number(x.cast(INT32).and(7).or(8).xor(1))),
                row("shl", x -> number(x.cast(INT32).shl(x.cast(INT32)).shl(1))),
                row("shr", x -> number(x.cast(INT32).shr(x.cast(INT32)).shr(1))),
                row("ushr", x -> number(x.cast(INT32).ushr(x.cast(INT32)).ushr(1))),
                row("any", x -> number(x.gt(0).any(0))), row("all", x -> number(x.gt(0).all(0))),
                row("anyKeepDims", x -> number(x.gt(0).anyKeepDims(0))),
                row("allKeepDims", x -> number(x.gt(0).allKeepDims(0))),
                row("argmax", x -> number(x.argmax(0))), row("argmin", x -> number(x.argmin(0))),
                row("argSort", x -> number(x.argSort(0))),
                row("argSort down", x -> number(x.argSort(0, true))),
                row("a cast to integers", x -> number(x.cast(INT32))),
                row("a condition", x -> x.gt(0).where(constant(x).plus(1), constant(x))),
                row("an index", x -> constant(x).gather(x.cast(INT32), 0)),
                row("an index of updates",
                        x -> constant(x).scatterAdd(x.cast(INT32), constant(x), 0)),
                row("one-hot", x -> x.cast(INT32).oneHot(4, FLOAT32)));
    }

    private static Arguments row(String name, UnaryOperator<Expr> f) {
        return Arguments.of(name, f);
    }

    private static Expr number(Expr x) {
        return x.cast(FLOAT32);
    }

    private static Expr constant(Expr x) {
        return x.builder().full(FLOAT32, Shape.of(3), 2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutDerivative")
    void isRefused(String name, UnaryOperator<Expr> f) {
        for (DType dtype : List.of(FLOAT32, DType.FLOAT64)) {
            GraphBuilder g = Graph.builder("refused");
            Expr x = g.input("x", dtype, Shape.of(3));
            Expr y = f.apply(x).cast(dtype).sum();
            GraphException refused = assertThrows(GraphException.class, () -> y.gradient(x));
            String[] lines = String.valueOf(refused.getMessage()).split("\n", -1);
            assertEquals("gradient: the target does not depend on x in a way that has a derivative",
                    lines[0]);
            assertEquals("  hint: no derivative passes sign, floor, ceil, round, comparisons, conditions, "
                    + "indices, argmax and casts to integers", lines[lines.length - 1]);
        }
    }

    // ---- that nothing is left out

    /** By their descriptors, so that each overload counts. */
    @Test
    void everyMethodOfAnExpressionIsInATable() throws IOException {
        Set<String> methods = new TreeSet<>();
        for (Method method : Expr.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()
                    && (method.getReturnType() == Expr.class || method.getReturnType() == List.class)) {
                methods.add(method.getName() + Type.getMethodDescriptor(method));
            }
        }
        methods.removeAll(called(GradientRulesTest.class));
        methods.removeAll(called(ConvolutionGradientsTest.class));
        methods.removeAll(called(GradientCoverageTest.class));
        assertEquals(Set.of(), methods,
                "neither in the tables of derivatives nor among what has no derivative");
    }

    @Test
    void everyPrimitiveIsInATable() {
        Set<String> passing = new TreeSet<>();
        for (Node node : differentiated()) {
            if (node.type().dtype().isFloating() && !node.differentiableInputs().isEmpty()) {
                passing.add(label(node.op()));
            }
        }
        Set<String> refused = new TreeSet<>();
        withoutDerivative().map(Arguments::get).forEach(row -> {
            Expr x = Graph.builder("refused").input("x", FLOAT32, Shape.of(3));
            @SuppressWarnings("unchecked") // as row() puts it there
            UnaryOperator<Expr> f = (UnaryOperator<Expr>) row[1];
            Graph.reachable(List.of(f.apply(x).node())).forEach(node -> refused.add(label(node.op())));
        });
        Set<String> missing = new TreeSet<>(primitives());
        missing.removeIf(label -> hasDerivative(label) ? passing.contains(label) : refused.contains(label));
        assertEquals(Set.of(), missing);
    }

    /** Shapes and operands that an elementwise op must have been differentiated with. */
    @Test
    void everyElementwisePrimitiveMeetsEachShape() {
        Map<String, Set<String>> met = new TreeMap<>();
        for (Node node : differentiated()) {
            boolean binary = node.op() instanceof Op.Binary;
            if ((binary || node.op() instanceof Op.Unary) && node.op().hasDerivative()) {
                Set<String> shapes = met.computeIfAbsent(label(node.op()), k -> new TreeSet<>());
                Shape shape = node.type().shape();
                if (shape.rank() == 0) {
                    shapes.add("rank 0");
                } else if (shape.size().isExactly(0)) {
                    shapes.add("nothing");
                } else if (shape.size().isExactly(1)) {
                    shapes.add("size 1");
                }
                if (binary && isBroadcastOfData(node.input(0))) {
                    shapes.add("broadcast left");
                }
                if (binary && isBroadcastOfData(node.input(1))) {
                    shapes.add("broadcast right");
                }
                Set<String> first = binary ? data(node.input(0)) : Set.of();
                if (!first.isEmpty() && first.equals(data(node.input(1)))) {
                    shapes.add("shared");
                }
            }
        }
        Map<String, Set<String>> expected = new TreeMap<>();
        for (UnaryKind kind : UnaryKind.values()) {
            if (kind.hasDerivative()) {
                expected.put("unary " + kind, Set.of("rank 0", "nothing", "size 1"));
            }
        }
        for (BinaryKind kind : BinaryKind.values()) {
            if (kind.hasDerivative()) {
                expected.put("binary " + kind,
                        Set.of("rank 0", "nothing", "size 1", "broadcast left", "broadcast right", "shared"));
            }
        }
        expected.forEach((kind, shapes) -> {
            Set<String> missing = new TreeSet<>(shapes);
            missing.removeAll(met.getOrDefault(kind, Set.of()));
            assertEquals(Set.of(), missing, kind);
        });
    }

    private static boolean isBroadcastOfData(Node node) {
        return node.op() instanceof Op.Broadcast && !data(node).isEmpty();
    }

    /** The inputs that a value depends on. */
    private static Set<String> data(Node node) {
        return Graph.reachable(List.of(node)).stream()
                .filter(leaf -> leaf.op() instanceof Op.Input && leaf.type().dtype().isFloating())
                .map(leaf -> ((Op.Input) leaf.op()).name()).collect(Collectors.toSet());
    }

    /** The nodes of the values that are differentiated. */
    private static List<Node> differentiated() {
        return Stream.concat(GradientRulesTest.cases(), ConvolutionGradientsTest.cases()).flatMap(c -> {
            Graph graph = FiniteDifferences.gradients(DType.FLOAT64, c.shapes(), c.inputs(), c.asModel());
            return graph.nodes().stream().filter(node -> node.op() instanceof Op.Gradient)
                    .flatMap(node -> Graph.reachable(List.of(node.input(0))).stream()).distinct();
        }).toList();
    }

    private static Set<String> primitives() {
        Set<String> all = new TreeSet<>();
        for (Class<?> op : Op.class.getPermittedSubclasses()) {
            all.add(op.getSimpleName());
        }
        all.removeAll(NOT_DIFFERENTIATED);
        all.removeAll(Set.of("Unary", "Binary", "Compare", "Reduce", "Arg"));
        Arrays.stream(UnaryKind.values()).forEach(kind -> all.add("unary " + kind));
        Arrays.stream(BinaryKind.values()).forEach(kind -> all.add("binary " + kind));
        Arrays.stream(CompareKind.values()).forEach(kind -> all.add("compare " + kind));
        Arrays.stream(ReduceKind.values()).forEach(kind -> all.add("reduce " + kind));
        Arrays.stream(ArgKind.values()).forEach(kind -> all.add("arg " + kind));
        return all;
    }

    private static boolean hasDerivative(String label) {
        return Arrays.stream(UnaryKind.values())
                .noneMatch(k -> !k.hasDerivative() && label.equals("unary " + k))
                && Arrays.stream(BinaryKind.values())
                        .noneMatch(k -> !k.hasDerivative() && label.equals("binary " + k))
                && Arrays.stream(ReduceKind.values())
                        .noneMatch(k -> k.isLogic() && label.equals("reduce " + k))
                && !label.startsWith("compare ") && !label.startsWith("arg ")
                && !label.equals("ArgSort");
    }

    private static String label(Op op) {
        return switch (op) {
            case Op.Unary unary -> "unary " + unary.kind();
            case Op.Binary binary -> "binary " + binary.kind();
            case Op.Compare compare -> "compare " + compare.kind();
            case Op.Reduce reduce -> "reduce " + reduce.kind();
            case Op.Arg arg -> "arg " + arg.kind();
            default -> op.getClass().getSimpleName();
        };
    }

    /** Names and descriptors of the methods of {@link Expr} that a class calls or refers to. */
    private static Set<String> called(Class<?> in) throws IOException {
        Set<String> called = new TreeSet<>();
        try (InputStream bytes =
                Objects.requireNonNull(in.getResourceAsStream(in.getSimpleName() + ".class"))) {
            new ClassReader(bytes).accept(new ClassVisitor(Opcodes.ASM9) {
                @Override
                public MethodVisitor visitMethod(int access, String method, String descriptor,
                        String signature, String[] exceptions) {
                    return new MethodVisitor(Opcodes.ASM9) {
                        @Override
                        public void visitMethodInsn(int opcode, String owner, String name, String type,
                                boolean isInterface) {
                            add(owner, name, type);
                        }

                        @Override
                        public void visitInvokeDynamicInsn(String name, String type, Handle bootstrap,
                                Object... arguments) {
                            for (Object argument : arguments) {
                                if (argument instanceof Handle handle) {
                                    add(handle.getOwner(), handle.getName(), handle.getDesc());
                                }
                            }
                        }
                    };
                }

                private void add(String owner, String name, String type) {
                    if (owner.equals(Type.getInternalName(Expr.class))) {
                        called.add(name + type);
                    }
                }
            }, 0);
        }
        return called;
    }
}
