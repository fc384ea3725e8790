package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.kernel.Algorithm;
import dev.covector.runtime.kernel.FloatGemm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A contraction of sliding windows as Winograd's algorithm has it: a convolution by 3 × 3, or its derivative by the kernel,
 * 2 × 2 neighbours of its result at a time. The nests that pack its operands transform them, too; which elements a
 * finished tile is of, {@link #coordinates} says.
 */
abstract class Winograd {
    static final int WINDOW = 3;
    /** Elements of the result beside each other, in both directions, that are computed together. */
    static final int TOGETHER = 2;
    /** Elements beside each other that those are computed from. */
    private static final int COVERED = TOGETHER + WINDOW - 1;
    /** With fewer channels on either side, transforming takes longer than what it saves. */
    private static final int LEAST_CHANNELS = 32;

    /** With fewer neighbours together, it takes longer to transform the kernel, or to put it together. */
    private static final int LEAST_TOGETHER = 160;

    /** Called a and b, as the contraction calls them. */
    final Node a;
    final Node b;
    final Op.Dot dot;

    Winograd(Node product) {
        this.a = product.input(0);
        this.b = product.input(1);
        this.dot = (Op.Dot) product.op();
    }

    /** The contraction, if this is one that is better computed so; by shape alone. */
    static Optional<? extends Winograd> of(Node product) {
        return product.type().dtype() != DType.FLOAT32 ? Optional.empty()
                : product.input(0).op() instanceof Op.Windows windows
                        ? WinogradConvolution.of(product, windows)
                : product.input(1).op() instanceof Op.Windows windows
                        ? WinogradKernelGradient.of(product, windows)
                : Optional.empty();
    }

    abstract Algorithm algorithm();

    /** The rows of the contraction, its columns and the steps of its sums. */
    abstract Dim rows();

    abstract Dim columns();

    abstract Dim steps();

    /** The operands, transformed while they are packed. */
    abstract Nest packA(String name, Roles roles, Buffers buffers);

    abstract Nest packB(String name, Roles roles, Buffers buffers);

    /**
     * The coordinate, along each of the {@code axes} of the product, of what {@code row} and {@code column} count, and
     * the matrix, that is, which position of several.
     */
    abstract Map<Integer, Coordinate<Position>> coordinates(List<@Nullable Integer> axes, Position row,
            Position column, Scopes scopes);

    // ---- shapes

    static boolean isPlain(Op.Windows windows) {
        return windows.strides().equals(List.of(1, 1)) && windows.dilations().equals(List.of(1, 1));
    }

    static boolean areThree(List<Dim> extents) {
        return extents.equals(List.of(Dim.of(WINDOW), Dim.of(WINDOW)));
    }

    static boolean areEven(List<Dim> extents) {
        return extents.stream()
                .allMatch(dim -> dim.isConstant() && dim.value() > 0 && dim.value() % TOGETHER == 0);
    }

    static boolean areMany(Dim channels) {
        return channels.isConstant() && channels.value() >= LEAST_CHANNELS;
    }

    /** Whether so many neighbours together pay; a named extent counts as large. */
    static boolean pays(Dim together) {
        return !together.isConstant() || together.value() >= LEAST_TOGETHER;
    }

    static Dim halved(Dim even) {
        return Dim.of(even.value() / TOGETHER);
    }

    /** The axes of an operand that are in neither list. */
    static List<Integer> others(Node operand, List<Integer> some, List<Integer> more) {
        return IntStream.range(0, operand.type().shape().rank()).boxed()
                .filter(axis -> !some.contains(axis) && !more.contains(axis)).toList();
    }

    /** Those that have something to count. */
    static List<Integer> counted(Node operand, List<Integer> axes) {
        return axes.stream().filter(axis -> !operand.type().shape().dim(axis).isExactly(1)).toList();
    }

    static Dim size(List<Dim> extents) {
        return Shape.of(extents).size();
    }

    // ---- loops

    /** What counts along each axis of those that {@code all} counts together, slow to fast; none where the extent is 1. */
    static Map<Integer, Axis> split(Position all, List<Integer> axes, List<Dim> extents, Scopes scopes) {
        Map<Integer, Axis> counters = new HashMap<>();
        List<Axis> digits = new ArrayList<>();
        List<Bound> bounds = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            if (!extents.get(i).isExactly(1)) {
                Axis digit = new Axis(all + "" + axes.get(i));
                counters.put(axes.get(i), digit);
                digits.add(digit);
                bounds.add(Bound.of(extents.get(i)));
            }
        }
        if (!digits.isEmpty()) {
            scopes.define(new Stmt.Split(all, digits, bounds));
        }
        return counters;
    }

    /** The two digits of the matrix. */
    static List<Axis> matrix(int extent, Scopes scopes) {
        List<Axis> digits = List.of(new Axis("down"), new Axis("right"));
        scopes.define(
                new Stmt.Split(Bound.Param.MATRIX, digits, List.of(Bound.of(extent), Bound.of(extent))));
        return digits;
    }

    /** The end of columns, of which panels are all whole or may not be. */
    final Bound endOfColumns() {
        return columns().value() % FloatGemm.TILE_N == 0 ? new Bound.Ahead(Bound.Param.N0, FloatGemm.TILE_N)
                : Bound.Param.N1;
    }

    /** How far {@code position} is behind {@code start}, times {@code stride}. */
    static List<Access.Term> behind(Bound.Param start, Position position, int stride) {
        return List.of(new Access.Term(Dim.of(stride), position), new Access.Term(Dim.of(-stride), start));
    }

    static List<Access.Term> joined(List<Access.Term> terms, List<Access.Term> more) {
        List<Access.Term> all = new ArrayList<>(terms);
        all.addAll(more);
        return all;
    }

    /** Writes plane after plane, {@code distance} elements apart. */
    static void store(Scopes scopes, Access.Role role, List<Value> planes, int distance,
            List<Access.Term> terms) {
        for (int p = 0; p < planes.size(); p++) {
            scopes.add(new Stmt.Store(new Access(new Access.Array.Packed(role, DType.FLOAT32),
                    Dim.of((long) p * distance), terms), planes.get(p)));
        }
    }

    // ---- transforms

    /** An element of a square. */
    interface Element {
        Value at(int down, int right);
    }

    /** What a line of a square becomes. */
    private interface Transform {
        List<Value> of(List<Value> line);
    }

    /** Of the 4 × 4 elements from which 2 × 2 neighbours are computed. */
    static List<Value> transformedInput(Scopes scopes, Element element) {
        return transformed(COVERED, element, x -> List.of(
                let(scopes, BinaryOp.SUB, x.get(0), x.get(2)), let(scopes, BinaryOp.ADD, x.get(1), x.get(2)),
                let(scopes, BinaryOp.SUB, x.get(2), x.get(1)),
                let(scopes, BinaryOp.SUB, x.get(1), x.get(3))));
    }

    /** Of the 3 × 3 elements of a kernel. */
    static List<Value> transformedKernel(Scopes scopes, Element element) {
        Value half = new Value.Constant(DType.FLOAT32, 0.5);
        return transformed(WINDOW, element, x -> {
            Value ends = let(scopes, BinaryOp.ADD, x.get(0), x.get(2));
            return List.of(x.get(0),
                    let(scopes, BinaryOp.MUL, let(scopes, BinaryOp.ADD, ends, x.get(1)), half),
                    let(scopes, BinaryOp.MUL, let(scopes, BinaryOp.SUB, ends, x.get(1)), half), x.get(2));
        });
    }

    /** Of the cotangents of 2 × 2 neighbours. */
    static List<Value> transformedCotangent(Scopes scopes, Element element) {
        return transformed(TOGETHER, element, x -> List.of(x.get(0),
                let(scopes, BinaryOp.ADD, x.get(0), x.get(1)), let(scopes, BinaryOp.SUB, x.get(0), x.get(1)),
                x.get(1)));
    }

    /** The transform of each column, and then of each row of what that makes. */
    private static List<Value> transformed(int extent, Element element, Transform transform) {
        List<List<Value>> columns = new ArrayList<>();
        for (int j = 0; j < extent; j++) {
            int at = j;
            columns.add(transform.of(IntStream.range(0, extent).mapToObj(i -> element.at(i, at)).toList()));
        }
        List<Value> planes = new ArrayList<>();
        for (int i = 0; i < columns.getFirst().size(); i++) {
            int at = i;
            planes.addAll(transform.of(columns.stream().map(column -> column.get(at)).toList()));
        }
        return planes;
    }

    private static Value let(Scopes scopes, BinaryOp op, Value x, Value y) {
        return scopes.let(new Value.Binary(DType.FLOAT32, op, x, y));
    }
}
