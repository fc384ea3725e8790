package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatGemm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A contraction on the shared register tile, as three nests: one packs a block of each operand (with the movement and
 * cheap arithmetic that leads to it), and one computes from a finished tile what the kernel's other members are.
 */
final class TileKernel {
    private final Kernel kernel;
    private final Set<Node> stored;
    private final Roles roles;
    private final Buffers buffers;
    private final Node product;
    private final Op.Dot dot;
    private final DType dtype;

    private TileKernel(Kernel kernel, Set<Node> stored, Roles roles, Buffers buffers) {
        this.kernel = kernel;
        this.stored = stored;
        this.roles = roles;
        this.buffers = buffers;
        this.product = kernel.members().stream().filter(node -> node.op() instanceof Op.Dot).findFirst()
                .orElseThrow();
        this.dot = (Op.Dot) product.op();
        this.dtype = product.type().dtype();
    }

    /** The nests, and the extents of the contraction. */
    record Lowered(DType dtype, Nest packA, Nest packB, Nest finish, Dim batch, Dim m, Dim n, Dim k,
            boolean wideA) {}

    static Lowered lower(String name, Kernel kernel, Set<Node> stored, Roles roles, Buffers buffers) {
        return new TileKernel(kernel, stored, roles, buffers).lower(name);
    }

    private Lowered lower(String name) {
        Shape a = product.input(0).type().shape();
        Shape b = product.input(1).type().shape();
        Dim batch = dot.batchA().isEmpty() ? Dim.of(1) : a.dim(dot.batchA().getFirst());
        Dim k = a.dim(dot.contractA().getFirst());
        Dim m = a.dim(free(a, dot.batchA(), dot.contractA()));
        Dim n = b.dim(free(b, dot.batchB(), dot.contractB()));
        boolean rowsAreNeighbours = strideOf(product.input(0), free(a, dot.batchA(), dot.contractA())).is(1);
        return new Lowered(dtype,
                pack(name + "_a", Access.Role.A, product.input(0), dot.batchA(), dot.contractA()),
                pack(name + "_b", Access.Role.B, product.input(1), dot.batchB(), dot.contractB()),
                finish(name + "_finish"), batch, m, n, k, rowsAreNeighbours);
    }

    private static int free(Shape shape, List<Integer> batch, List<Integer> contract) {
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (!batch.contains(axis) && !contract.contains(axis)) {
                return axis;
            }
        }
        throw InternalCompilerException.of("a contraction on the tile has a free axis on each side");
    }

    private boolean isFloat() {
        return dtype == DType.FLOAT32;
    }

    private int columns() {
        return isFloat() ? FloatGemm.TILE_N : DoubleGemm.TILE_N;
    }

    /** The packed operand at step k and row (of A) or column (of B) x: {@code packed[(k - k0) * width + x - x0]}. */
    private Nest pack(String name, Access.Role role, Node operand, List<Integer> batch,
            List<Integer> contract) {
        boolean isA = role == Access.Role.A;
        int width = isA ? isFloat() ? FloatGemm.A_STRIDE : DoubleGemm.A_STRIDE : columns();
        Shape shape = operand.type().shape();
        int free = free(shape, batch, contract);
        Axis k = new Axis("step");
        Axis x = new Axis(isA ? "row" : "col");
        Bound.Param x0 = isA ? Bound.Param.M0 : Bound.Param.N0;
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        boolean neighbours = strideOf(operand, free).is(1);
        scopes.enter(neighbours ? k : x);
        scopes.enter(neighbours ? x : k);
        List<@Nullable Position> index = IndexMaps.counters(shape,
                axis -> axis == free ? x : axis == (int) contract.getFirst() ? k : Bound.Param.MATRIX);
        Value value = lowering.value(operand, IndexMaps.at(index));
        Dim step = Dim.of(width);
        scopes.add(new Stmt.Store(
                new Access(new Access.Array.Packed(role, dtype), Dim.of(0),
                        List.of(new Access.Term(step, k), new Access.Term(step.times(-1), Bound.Param.K0),
                                new Access.Term(Dim.of(1), x), new Access.Term(Dim.of(-1), x0))),
                value));
        Bound.Param x1 = isA ? Bound.Param.M1 : Bound.Param.N1;
        if (neighbours) {
            scopes.leave(x0, x1, Stmt.Order.LANES, List.of());
            scopes.leave(Bound.Param.K0, Bound.Param.K1, Stmt.Order.SEQUENTIAL, List.of());
        } else { // the long loop inside
            scopes.leave(Bound.Param.K0, Bound.Param.K1, Stmt.Order.SEQUENTIAL, List.of());
            scopes.leave(x0, x1, Stmt.Order.SEQUENTIAL, List.of());
        }
        return new Nest(name, scopes.finish());
    }

    /** The stride in memory along an axis of an operand, seen through movement to the first thing in memory. */
    private Dim strideOf(Node operand, int axis) {
        Node at = operand;
        List<Coordinate<Integer>> index =
                IndexMaps.at(IndexMaps.counters(operand.type().shape(), a -> a));
        while (roles.of(at) == Roles.Role.INLINE && !at.inputs().isEmpty()) {
            index = IndexMaps.operand(at, 0, index);
            at = at.input(0);
        }
        Dim stride = Dim.of(0);
        for (int i = 0; i < index.size(); i++) {
            if (Integer.valueOf(axis).equals(index.get(i).counter())) {
                stride = IndexMaps.strides(at.type().shape()).get(i).times(index.get(i).factor());
            }
        }
        return stride;
    }

    private Nest finish(String name) {
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        kernel.members().forEach(lowering::compute);
        Axis m = new Axis("row");
        Axis n = new Axis("col");
        scopes.enter(m);
        scopes.enter(n);
        List<@Nullable Integer> axes = kernel.axes(product);
        int rank = axes.size();
        Map<Integer, Position> position = new HashMap<>();
        for (int axis = 0; axis < rank; axis++) {
            Integer number = axes.get(axis);
            if (number != null) {
                position.put(number, axis == rank - 1 ? n : axis == rank - 2 ? m : Bound.Param.MATRIX);
            }
        }
        Dim row = Dim.of(columns());
        Access tile = new Access(new Access.Array.Packed(Access.Role.TILE, dtype), Dim.of(0),
                List.of(new Access.Term(row, m), new Access.Term(row.times(-1), Bound.Param.M0),
                        new Access.Term(Dim.of(1), n), new Access.Term(Dim.of(-1), Bound.Param.N0)));
        lowering.define(product, index(product, position), scopes.let(new Value.Load(dtype, tile)));
        for (Node member : kernel.members()) {
            if (stored.contains(member)) {
                lowering.store(member, index(member, position));
            }
        }
        scopes.leave(Bound.Param.N0, Bound.Param.N1, Stmt.Order.LANES, List.of());
        scopes.leave(Bound.Param.M0, Bound.Param.M1, Stmt.Order.SEQUENTIAL, List.of());
        return new Nest(name, scopes.finish());
    }

    private List<Coordinate<Position>> index(Node member, Map<Integer, Position> position) {
        List<Coordinate<Position>> index = new ArrayList<>();
        for (Integer axis : kernel.axes(member)) {
            index.add(Coordinate.of(axis == null ? null : position.get(axis)));
        }
        return index;
    }
}
