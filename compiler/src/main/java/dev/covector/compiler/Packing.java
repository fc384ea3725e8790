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
import dev.covector.runtime.kernel.Algorithm;
import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.FloatTranspose;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a contraction's operands come to its tile: which of them are read in place ({@link Places} has the nests that say where), and
 * nests that pack a block of each of the others, with the movement and cheap arithmetic that leads to it.
 */
final class Packing {
    /** Of a B whose columns are not neighbours in memory, at most as many are packed together... */
    private static final int MOST_AT_A_TIME = 8;
    /** ... and at least as many. */
    private static final int LEAST_AT_A_TIME = 4;
    /** Rows of the left operand for which the right one is not packed. */
    static final int MOST_ROWS_IN_PLACE = 24;
    /** Elements of an operand that is not packed whatever the other is: half of a first-level cache. */
    private static final int SMALL = 1 << 13;
    /** Columns of a product whose lanes are steps... */
    private static final int MOST_COLUMNS_BY_LANES = 12;
    /** ... and how many steps it has at least: fewer are added up before lanes are put together. */
    private static final int LEAST_STEPS_BY_LANES = 256;
    /** Columns per row so many that how the left operand is packed is no matter. */
    static final int MANY_COLUMNS = 64;

    private final Node product;
    private final Op.Dot dot;
    private final DType dtype;
    private final Roles roles;
    private final Buffers buffers;

    Packing(Node product, Roles roles, Buffers buffers) {
        this.product = product;
        this.dot = (Op.Dot) product.op();
        this.dtype = product.type().dtype();
        this.roles = roles;
        this.buffers = buffers;
    }

    /**
     * What packs the operands, unless they are only read in place, where they are that need not be packed, and the extents of the
     * contraction.
     */
    record Operands(Algorithm algorithm, Optional<Nest> packA, Optional<Nest> packB, Dim batch, Dim m, Dim n,
            Dim k, boolean packsRows, Optional<InPlace> a, Optional<InPlace> b) {}

    Operands lower(String name) {
        Places places = new Places(dtype, roles, buffers);
        Operand a = Operand.of(product.input(0), dot.batchA(), dot.contractA(), roles);
        Operand b = Operand.of(product.input(1), dot.batchB(), dot.contractB(), roles);
        Optional<InPlace> left = a.hasNeighbours() && !isSmall(a) ? Optional.empty()
                : places.ofLines(name + "_starts", Access.Role.STARTS, a.again(), a.hasNeighbours());
        Optional<InPlace> right = places.ofSteps(name + "_places", b.again());
        boolean panel = right.filter(InPlace::isPanel).isPresent();
        if (!panel && !(left.isPresent() && !a.hasNeighbours() && isSmall(b)
                && right.filter(InPlace::isInPairs).isPresent())) {
            boolean fewRows = right.isPresent() && isForFewRows(a, b);
            left = fewRows ? Optional.empty() : left;
            right = fewRows ? right : Optional.empty();
        }
        boolean rows = !a.hasNeighbours() && (right.isEmpty() || panel);
        Algorithm algorithm = Algorithm.DIRECT;
        if (left.isPresent() && !a.hasNeighbours() && isSumOfLanes(b)) {
            Optional<InPlace> columns =
                    places.ofLines(name + "_places", Access.Role.PLACES, b.again(), false);
            algorithm = columns.isPresent() ? Algorithm.LANES : algorithm;
            right = columns.isPresent() ? columns : right;
        }
        Optional<Nest> packA = algorithm == Algorithm.LANES ? Optional.empty()
                : Optional.of(pack(name + "_a", Access.Role.A, a, rows));
        Optional<Nest> packB = right.isPresent() ? Optional.empty()
                : Optional.of(transposed(name + "_b", b.again())
                        .or(() -> byColumns(name + "_b", b.again()))
                        .orElseGet(() -> pack(name + "_b", Access.Role.B, b, false)));
        return new Operands(algorithm, packA, packB, a.size(a.batch()), a.size(a.free()), b.size(b.free()),
                a.size(a.contract()), rows, left, right);
    }

    /** Whether a first-level cache holds all of an operand, for one matrix of a batch. */
    private static boolean isSmall(Operand operand) {
        Dim size = operand.size(operand.free()).times(operand.size(operand.contract()));
        return size.isConstant() && size.value() <= SMALL;
    }

    /** Whether it does not pay to pack the right operand, since few rows of the left one use it. */
    private static boolean isForFewRows(Operand a, Operand b) {
        Dim rows = a.size(a.free());
        Dim columns = b.size(b.free());
        return rows.isConstant() && rows.value() <= MOST_ROWS_IN_PLACE && columns.isConstant()
                && (a.hasNeighbours() || columns.value() >= MANY_COLUMNS * rows.value());
    }

    /** Whether there are so few columns, and so many steps of each, that lanes should be steps. */
    private static boolean isSumOfLanes(Operand b) {
        Dim columns = b.size(b.free());
        Dim steps = b.size(b.contract());
        return columns.isConstant() && columns.value() <= MOST_COLUMNS_BY_LANES
                && !(steps.isConstant() && steps.value() < LEAST_STEPS_BY_LANES);
    }

    static boolean isFloat(DType dtype) {
        return dtype == DType.FLOAT32;
    }

    /** How many columns a packed panel has. */
    static int columns(DType dtype) {
        return dtype == DType.FLOAT32 ? FloatGemm.TILE_N : DoubleGemm.TILE_N;
    }

    /** Whether panels of columns are all whole where there are as many as {@code all}. */
    static boolean arePanels(DType dtype, Dim all) {
        return all.isConstant() && all.value() % columns(dtype) == 0;
    }

    // ---- packing

    /**
     * The packed operand at step k and row (of A) or column (of B) x of a part: {@code packed[(k - k0) * width + x - x0]}, or, where
     * A has its steps side by side in memory, {@code packed[(x - x0) * width + k - k0]}. Inside is the loop whose
     * neighbours lie side by side; around it all parts, if what they have of a step lies side by operand.
     */
    private Nest pack(String name, Access.Role role, Operand operand, boolean byRows) {
        boolean isA = role == Access.Role.A;
        int step = isA ? isFloat(dtype) ? FloatGemm.A_STRIDE : DoubleGemm.A_STRIDE : columns(dtype);
        int line = 1;
        boolean neighbours = operand.hasNeighbours();
        if (byRows) {
            step = 1;
            line = isFloat(dtype) ? FloatGemm.A_ROW : DoubleGemm.A_ROW;
        }
        Scan.Part part = byRows ? Scan.Part.whole(Bound.Param.M0, Bound.Param.M1) : part(role, operand);
        Scan steps =
                new Scan("step", Scan.Part.whole(Bound.Param.K0, Bound.Param.K1), operand, operand.contract(),
                        !neighbours);
        Scan lines = new Scan(isA ? "row" : "col", part, operand, operand.free(), neighbours);
        Scan outer = neighbours ? steps : lines;
        Scan inner = neighbours ? lines : steps;
        boolean partsInside = neighbours && !lines.hasRuns();
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        Scan.digits(Bound.Param.MATRIX, operand.counted(operand.batch()), operand.patterns(), scopes,
                position);
        if (!partsInside) {
            part.enter(scopes);
        }
        inner.enterRuns(scopes);
        outer.enter(scopes);
        if (partsInside) {
            part.enter(scopes);
        }
        inner.enter(scopes);
        position.putAll(steps.counters());
        position.putAll(lines.counters());
        List<@Nullable Position> index = IndexMaps.counters(operand.node().type().shape(),
                axis -> Objects.requireNonNull(position.get(axis)));
        Value value = lowering.value(operand.node(), IndexMaps.at(index));
        List<Access.Term> terms = new ArrayList<>(steps.position(step));
        terms.addAll(lines.position(line));
        scopes.add(new Stmt.Store(new Access(new Access.Array.Packed(role, dtype), Dim.of(0), terms), value));
        inner.leave(scopes, neighbours || byRows ? Stmt.Order.LANES : Stmt.Order.SEQUENTIAL);
        if (partsInside) {
            part.leave(scopes);
        }
        outer.leave(scopes, Stmt.Order.SEQUENTIAL);
        inner.leaveRuns(scopes);
        if (!partsInside) {
            part.leave(scopes);
        }
        return new Nest(name, scopes.finish());
    }

    /** The tiles of A's rows or the panels of B's columns, one of which takes the same space as another. */
    private Scan.Part part(Access.Role role, Operand operand) {
        boolean isA = role == Access.Role.A;
        Bound.Param from = isA ? Bound.Param.M0 : Bound.Param.N0;
        Bound.Param to = isA ? Bound.Param.M1 : Bound.Param.N1;
        int size = isA ? FloatGemm.TILE_M : columns(dtype);
        Dim all = operand.size(operand.free());
        if (all.isConstant() && all.value() <= size) {
            return Scan.Part.whole(from, to);
        }
        // Of A whole vectors, since places after the last row don't matter.
        int taken = isA ? FloatGemm.A_STRIDE : size;
        int apart = !isFloat(dtype) ? 0 : isA ? FloatGemm.A_TILE : FloatGemm.PANEL;
        return new Scan.Part(from, to, new Axis(isA ? "tile" : "panel"), size, taken, all, apart);
    }

    /** Packs B where its steps lie side by side in memory and its columns don't, and nothing is computed. */
    private Optional<Nest> transposed(String name, Operand operand) {
        List<Integer> free = operand.counted(operand.free());
        List<Integer> contract = operand.counted(operand.contract());
        Dim all = operand.size(operand.free());
        if (!isFloat(dtype) || operand.hasNeighbours() || free.size() != 1 || !all.isConstant()
                || all.value() % FloatTranspose.COLUMNS != 0 || contract.isEmpty()
                || !operand.patterns().isNeighbour(contract.getLast())) {
            return Optional.empty();
        }
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        Scan.digits(Bound.Param.MATRIX, operand.counted(operand.batch()), operand.patterns(), scopes,
                position);
        Scan.Part part = part(Access.Role.B, operand);
        part.enter(scopes);
        Axis group = new Axis("group");
        scopes.enter(group);
        position.put(free.getFirst(), group);
        if (!Scan.digits(Bound.Param.K0, contract, operand.patterns(), scopes, position)) {
            return Optional.empty();
        }
        List<Coordinate<Position>> index = new ArrayList<>(IndexMaps.at(IndexMaps.counters(
                operand.node().type().shape(), axis -> Objects.requireNonNull(position.get(axis)))));
        List<Access> columns = new ArrayList<>();
        for (int column = 0; column < 2; column++) {
            index.set(free.getFirst(),
                    Coordinate.<Position>of(group).moved(Dim.of(column), FloatTranspose.COLUMNS));
            Access place = lowering.place(operand.node(), index);
            if (place == null || !(place.array() instanceof Access.Array.Slot) || place.isIndirect()) {
                return Optional.empty();
            }
            columns.add(place);
        }
        List<Access.Term> terms = new ArrayList<>();
        terms.add(new Access.Term(Dim.of(FloatTranspose.COLUMNS), group));
        terms.addAll(part.start(1));
        Access target = new Access(new Access.Array.Packed(Access.Role.B, dtype), Dim.of(0), terms);
        scopes.add(new Stmt.Transpose(columns.getFirst(),
                columns.getLast().offset().minus(columns.getFirst().offset()), target, columns(dtype),
                Bound.Param.K0, Bound.Param.K1));
        part.leaveGroups(FloatTranspose.COLUMNS, scopes);
        part.leave(scopes);
        return Optional.of(new Nest(name, scopes.finish()));
    }

    /**
     * Packs B where its steps lie side by side in memory and its columns don't: some columns at a time, so that what is written
     * fills lines of the cache, and fewer lines are read at a time than there may be in a set of it.
     */
    private Optional<Nest> byColumns(String name, Operand operand) {
        List<Integer> free = operand.counted(operand.free());
        Dim all = operand.size(operand.free());
        int together = atATime(all);
        if (operand.hasNeighbours() || free.size() != 1 || together == 0) {
            return Optional.empty();
        }
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        Scan.digits(Bound.Param.MATRIX, operand.counted(operand.batch()), operand.patterns(), scopes,
                position);
        Scan.Part part = part(Access.Role.B, operand);
        Scan steps = new Scan("step", Scan.Part.whole(Bound.Param.K0, Bound.Param.K1), operand,
                operand.contract(), true);
        Axis group = new Axis("group");
        part.enter(scopes);
        steps.enterRuns(scopes);
        scopes.enter(group);
        steps.enter(scopes);
        position.putAll(steps.counters());
        position.put(free.getFirst(), group);
        for (int column = 0; column < together; column++) {
            List<Coordinate<Position>> index = new ArrayList<>(IndexMaps.at(IndexMaps.counters(
                    operand.node().type().shape(), axis -> Objects.requireNonNull(position.get(axis)))));
            index.set(free.getFirst(),
                    Coordinate.<Position>of(group).moved(Dim.of(column), together));
            if (lowering.place(operand.node(), index) == null) {
                return Optional.empty();
            }
            List<Access.Term> terms = new ArrayList<>(steps.position(columns(dtype)));
            terms.add(new Access.Term(Dim.of(together), group));
            terms.addAll(part.start(1));
            scopes.add(new Stmt.Store(
                    new Access(new Access.Array.Packed(Access.Role.B, dtype), Dim.of(column), terms),
                    lowering.value(operand.node(), index)));
        }
        steps.leave(scopes, Stmt.Order.SEQUENTIAL);
        part.leaveGroups(together, scopes);
        steps.leaveRuns(scopes);
        part.leave(scopes);
        return Optional.of(new Nest(name, scopes.finish()));
    }

    /** How many columns are packed together, of so many in all: a part of each panel and of the last; 0 if none suits. */
    private int atATime(Dim all) {
        for (int together = MOST_AT_A_TIME; all.isConstant() && together >= LEAST_AT_A_TIME; together--) {
            boolean single = all.value() <= columns(dtype);
            if (all.value() % together == 0 && (single || columns(dtype) % together == 0)) {
                return together;
            }
        }
        return 0;
    }
}
