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
import dev.covector.runtime.kernel.Algorithm;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.FloatWinograd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A contraction on the shared register tile, as three nests: one packs a block of each operand ({@link Packing}), and one
 * computes from a finished tile what the kernel's other members are.
 */
final class TileKernel {
    private final Kernel kernel;
    private final Set<Node> stored;
    private final Roles roles;
    private final Buffers buffers;
    private final Node product;
    private final Op.Dot dot;
    private final DType dtype;
    private final Optional<? extends Winograd> winograd;

    private TileKernel(Kernel kernel, Set<Node> stored, Roles roles, Buffers buffers) {
        this.kernel = kernel;
        this.stored = stored;
        this.roles = roles;
        this.buffers = buffers;
        this.product = kernel.members().stream().filter(node -> node.op() instanceof Op.Dot).findFirst()
                .orElseThrow();
        this.dot = (Op.Dot) product.op();
        this.dtype = product.type().dtype();
        this.winograd = roles.isSeparate() ? Optional.empty() : Winograd.of(product);
    }

    /** The nests, and the extents of the contraction. */
    record Lowered(DType dtype, Algorithm algorithm, Optional<Nest> packA, Optional<Nest> packB, Nest finish,
            Dim batch, Dim m, Dim n, Dim k, boolean packsRows, Optional<InPlace> a,
            Optional<InPlace> b, OptionalInt c) {}

    static Lowered lower(String name, Kernel kernel, Set<Node> stored, Roles roles, Buffers buffers) {
        return new TileKernel(kernel, stored, roles, buffers).lower(name);
    }

    private Lowered lower(String name) {
        if (winograd.isPresent()) {
            Winograd by = winograd.get();
            return new Lowered(dtype, by.algorithm(), Optional.of(by.packA(name + "_a", roles, buffers)),
                    Optional.of(by.packB(name + "_b", roles, buffers)),
                    finish(name + "_finish", Optional.empty()), Dim.of(1),
                    by.rows(), by.columns(), by.steps(), by.algorithm() == Algorithm.WINOGRAD,
                    Optional.empty(),
                    Optional.empty(), OptionalInt.empty());
        }
        Packing.Operands operands = new Packing(product, roles, buffers).lower(name);
        return new Lowered(dtype, operands.algorithm(), operands.packA(), operands.packB(),
                finish(name + "_finish",
                        operands.algorithm() == Algorithm.DIRECT
                                ? operands.b().filter(b -> !b.isPanel())
                                : Optional.empty()),
                operands.batch(), operands.m(), operands.n(), operands.k(), operands.packsRows(),
                operands.a(),
                operands.b(), onlyStored());
    }

    /** Where the product is stored, if that is all that is made of it. */
    private OptionalInt onlyStored() {
        return dtype == DType.FLOAT32 && kernel.members().size() == 1
                ? OptionalInt.of(buffers.of(product).index())
                : OptionalInt.empty();
    }

    // ---- what is made of a finished tile

    private Nest finish(String name, Optional<InPlace> right) {
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        kernel.members().forEach(lowering::compute);
        Patterns patterns = Patterns.of(kernel, stored, roles);
        List<@Nullable Integer> axes = kernel.axes(product);
        int batch = dot.batchA().size();
        int rows = product.input(0).type().shape().rank() - batch - dot.contractA().size();
        Map<Integer, Position> position = new HashMap<>();
        Map<Integer, Coordinate<Position>> coordinates = new HashMap<>();
        Axis m = new Axis("row");
        Axis n = new Axis("col");
        boolean single = true;
        if (winograd.isPresent()) {
            scopes.enter(m);
            coordinates.putAll(winograd.get().coordinates(axes, m, n, scopes));
            scopes.enter(n);
        } else {
            Scan.digits(Bound.Param.MATRIX, counted(axes.subList(0, batch)), patterns, scopes, position);
            scopes.enter(m);
            Scan.digits(m, counted(axes.subList(batch, batch + rows)), patterns, scopes, position);
            scopes.enter(n);
            single = Scan.digits(n, counted(axes.subList(batch + rows, axes.size())), patterns, scopes,
                    position);
        }
        position.forEach((axis, counter) -> coordinates.put(axis, Coordinate.of(counter)));
        Dim row = Dim.of(right.isPresent() ? FloatGemm.WIDE_N : Packing.columns(dtype));
        List<Access.Term> terms = new ArrayList<>(List.of(new Access.Term(row, m),
                new Access.Term(row.times(-1), Bound.Param.M0), new Access.Term(Dim.of(1), n),
                new Access.Term(Dim.of(-1), Bound.Param.N0)));
        if (winograd.isPresent()) {
            terms.add(new Access.Term(Dim.of(FloatWinograd.PLANE), Bound.Param.MATRIX));
        }
        Access tile = new Access(
                new Access.Array.Packed(right.isPresent() ? Access.Role.WIDE : Access.Role.TILE, dtype),
                Dim.of(0), terms);
        lowering.define(product, index(product, coordinates), scopes.let(new Value.Load(dtype, tile)));
        for (Node member : kernel.members()) {
            if (stored.contains(member)) {
                lowering.store(member, index(member, coordinates));
            }
        }
        Dim columns = winograd.isPresent() ? winograd.get().columns()
                : axes.subList(batch + rows, axes.size()).isEmpty() ? Dim.of(1)
                : Shape.of(product.type().shape().dims().subList(batch + rows, axes.size())).size();
        scopes.leave(Bound.Param.N0, end(columns, right),
                single ? Stmt.Order.LANES : Stmt.Order.SEQUENTIAL, List.of());
        scopes.leave(Bound.Param.M0, Bound.Param.M1, Stmt.Order.SEQUENTIAL, List.of());
        return new Nest(name, scopes.finish());
    }

    /** Where the columns of a tile end: with certainty if tiles are all whole. */
    private Bound end(Dim columns, Optional<InPlace> right) {
        boolean whole = right
                .map(b -> columns.isConstant()
                        && FloatGemm.areWide(b.run(), Math.toIntExact(columns.value())))
                .orElseGet(() -> Packing.arePanels(dtype, columns));
        int width = right.isPresent() ? FloatGemm.WIDE_N : Packing.columns(dtype);
        return whole ? new Bound.Ahead(Bound.Param.N0, width) : Bound.Param.N1;
    }

    private static List<Integer> counted(List<@Nullable Integer> axes) {
        List<Integer> counted = new ArrayList<>();
        for (Integer axis : axes) {
            if (axis != null) {
                counted.add(axis);
            }
        }
        return counted;
    }

    private List<Coordinate<Position>> index(Node member, Map<Integer, Coordinate<Position>> coordinates) {
        List<Coordinate<Position>> index = new ArrayList<>();
        for (Integer axis : kernel.axes(member)) {
            index.add(axis == null ? Coordinate.zero() : coordinates.getOrDefault(axis, Coordinate.zero()));
        }
        return index;
    }
}
