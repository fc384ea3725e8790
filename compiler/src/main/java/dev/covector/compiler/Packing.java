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
import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.FloatTranspose;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a contraction's operands come to its tile: two nests that pack a block of each, with the movement and cheap
 * arithmetic that leads to it, and nests that say where those are that need not be packed.
 */
final class Packing {
    /** Neighbours side by side than which more gain nothing. */
    private static final int LONG_RUN = 16;
    /** Of a B whose columns are not neighbours in memory, at most as many are packed together... */
    private static final int MOST_AT_A_TIME = 8;
    /** ... and at least as many. */
    private static final int LEAST_AT_A_TIME = 4;
    /** Rows of the left operand for which the right one is not packed. */
    private static final int MOST_ROWS_IN_PLACE = 24;
    /** Elements of a right operand that is not packed for any number of rows: half of a first-level cache. */
    private static final int SMALL = 1 << 13;
    /** Columns of a product whose lanes are steps... */
    private static final int MOST_COLUMNS_BY_LANES = 12;
    /** ... and how many steps it has at least: fewer are added up before lanes are put together. */
    private static final int LEAST_STEPS_BY_LANES = 256;
    /** Columns per row so many that how the left operand is packed is no matter. */
    private static final int MANY_COLUMNS = 64;

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
     * An operand that can be read where it is: the buffer, and the nest that says where its rows or steps are, steps of {@code run}
     * columns at a time.
     *
     * @param step how far neighbouring steps are from each other; of a right operand 0 if that differs, or some are left out
     */
    record InPlace(int slot, Nest places, int run, int step) {
        /** Whether a right operand is one panel, as packing would make it. */
        boolean isPanel() {
            return run == FloatGemm.TILE_N && step == FloatGemm.TILE_N;
        }

        /** Whether a right operand has whole pairs of panels, and all its steps are equally far from each other. */
        private boolean isInPairs() {
            return run % (2 * FloatGemm.TILE_N) == 0 && step != 0;
        }
    }

    /**
     * What packs the operands, unless they are only read in place, where they are that need not be packed, and the extents of the
     * contraction.
     */
    record Operands(Algorithm algorithm, Optional<Nest> packA, Optional<Nest> packB, Dim batch, Dim m, Dim n,
            Dim k, boolean packsRows, Optional<InPlace> a, Optional<InPlace> b) {}

    Operands lower(String name) {
        Side a = new Side(product.input(0), dot.batchA(), dot.contractA());
        Side b = new Side(product.input(1), dot.batchB(), dot.contractB());
        Optional<InPlace> left = a.hasNeighbours && !isSmall(a) ? Optional.empty()
                : linesInPlace(name + "_starts", Access.Role.STARTS,
                        new Side(a.operand, a.batch, a.contract), a.hasNeighbours);
        Optional<InPlace> right = rightInPlace(name + "_places", new Side(b.operand, b.batch, b.contract));
        boolean panel = right.filter(InPlace::isPanel).isPresent();
        if (!panel && !(left.isPresent() && !a.hasNeighbours && isSmall(b)
                && right.filter(InPlace::isInPairs).isPresent())) {
            boolean fewRows = right.isPresent() && isForFewRows(a, b);
            left = fewRows ? Optional.empty() : left;
            right = fewRows ? right : Optional.empty();
        }
        boolean rows = !a.hasNeighbours && (right.isEmpty() || panel);
        if (left.isPresent() && !a.hasNeighbours && isSumOfLanes(b)) {
            Optional<InPlace> columns = linesInPlace(name + "_places", Access.Role.PLACES,
                    new Side(b.operand, b.batch, b.contract), false);
            if (columns.isPresent()) {
                return new Operands(Algorithm.LANES, Optional.empty(), Optional.empty(), a.size(a.batch),
                        a.size(a.free), b.size(b.free), a.size(a.contract), rows, left, columns);
            }
        }
        Nest packA = pack(name + "_a", Access.Role.A, a, rows);
        if (right.isPresent()) {
            return new Operands(Algorithm.DIRECT, Optional.of(packA), Optional.empty(), a.size(a.batch),
                    a.size(a.free), b.size(b.free), a.size(a.contract), rows, left, right);
        }
        Nest packB = transposed(name + "_b", new Side(b.operand, b.batch, b.contract))
                .or(() -> byColumns(name + "_b", new Side(b.operand, b.batch, b.contract)))
                .orElseGet(() -> pack(name + "_b", Access.Role.B, b, false));
        return new Operands(Algorithm.DIRECT, Optional.of(packA),
                Optional.of(packB), a.size(a.batch), a.size(a.free), b.size(b.free), a.size(a.contract), rows,
                left, right);
    }

    /** An operand, what its axes are for, and how it lies in memory. */
    private final class Side {
        private final Node operand;
        private final List<Integer> batch;
        private final List<Integer> free;
        private final List<Integer> contract;
        private final Patterns patterns;
        /** Whether longer runs lie side by side in memory along the free axes than along the contracting ones. */
        private final boolean hasNeighbours;

        Side(Node operand, List<Integer> batch, List<Integer> contract) {
            this.operand = operand;
            this.batch = batch;
            this.contract = contract;
            this.free = IntStream.range(0, operand.type().shape().rank()).boxed()
                    .filter(axis -> !batch.contains(axis) && !contract.contains(axis)).toList();
            this.patterns = Patterns.of(operand, roles);
            this.hasNeighbours = run(free) > Math.min(run(contract), LONG_RUN - 1);
        }

        Dim size(List<Integer> axes) {
            return Shape.of(axes.stream().map(operand.type().shape()::dim).toList()).size();
        }

        /** How many neighbours along {@code axes} lie side by side; a named extent counts as many. */
        private long run(List<Integer> axes) {
            List<Integer> counted = counted(axes);
            if (counted.isEmpty() || !patterns.isNeighbour(counted.getLast())) {
                return 0;
            }
            Dim length = operand.type().shape().dim(counted.getLast());
            for (int at = counted.size() - 2;
                    at >= 0 && patterns.canMerge(counted.get(at), counted.get(at + 1)); at--) {
                length = length.times(operand.type().shape().dim(counted.get(at)));
            }
            return length.isConstant() ? length.value() : Long.MAX_VALUE;
        }

        /** Those that have something to count. */
        List<Integer> counted(List<Integer> axes) {
            return axes.stream().filter(axis -> !operand.type().shape().dim(axis).isExactly(1)).toList();
        }
    }

    private boolean isFloat() {
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
     * neighbours lie side by side; around it all parts, if what they have of a step lies side by side.
     */
    private Nest pack(String name, Access.Role role, Side side, boolean byRows) {
        boolean isA = role == Access.Role.A;
        int step = isA ? isFloat() ? FloatGemm.A_STRIDE : DoubleGemm.A_STRIDE : columns(dtype);
        int line = 1;
        boolean neighbours = side.hasNeighbours;
        if (byRows) {
            step = 1;
            line = isFloat() ? FloatGemm.A_ROW : DoubleGemm.A_ROW;
        }
        Part part = byRows ? wholeOf(Bound.Param.M0, Bound.Param.M1) : part(role, side);
        Scan steps = new Scan("step", wholeOf(Bound.Param.K0, Bound.Param.K1), side, side.contract,
                !neighbours);
        Scan lines = new Scan(isA ? "row" : "col", part, side, side.free, neighbours);
        Scan outer = neighbours ? steps : lines;
        Scan inner = neighbours ? lines : steps;
        boolean partsInside = neighbours && !lines.hasRuns();
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        digits(Bound.Param.MATRIX, side.counted(side.batch), side.patterns, scopes, position);
        if (!partsInside) {
            part.enter(scopes);
        }
        inner.enterRuns(scopes);
        outer.enter(scopes);
        if (partsInside) {
            part.enter(scopes);
        }
        inner.enter(scopes);
        position.putAll(steps.counters);
        position.putAll(lines.counters);
        List<@Nullable Position> index = IndexMaps.counters(side.operand.type().shape(),
                axis -> Objects.requireNonNull(position.get(axis)));
        Value value = lowering.value(side.operand, IndexMaps.at(index));
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
    private Part part(Access.Role role, Side side) {
        boolean isA = role == Access.Role.A;
        Bound.Param from = isA ? Bound.Param.M0 : Bound.Param.N0;
        Bound.Param to = isA ? Bound.Param.M1 : Bound.Param.N1;
        int size = isA ? FloatGemm.TILE_M : columns(dtype);
        Dim all = side.size(side.free);
        if (all.isConstant() && all.value() <= size) {
            return wholeOf(from, to);
        }
        // Of A whole vectors, since places after the last row don't matter.
        int taken = isA ? FloatGemm.A_STRIDE : size;
        int apart = !isFloat() ? 0 : isA ? FloatGemm.A_TILE : FloatGemm.PANEL;
        return new Part(from, to, new Axis(isA ? "tile" : "panel"), size, taken, all, apart);
    }

    private static Part wholeOf(Bound.Param from, Bound.Param to) {
        return new Part(from, to, null, 0, 0, Dim.of(0), 0);
    }

    /**
     * What a scan runs over: all that a nest is asked for, or, with an axis, one part of it after the other.
     *
     * @param size  of a part
     * @param taken how many there are of a part, if not fewer are left of {@code all}: more than its own
     * @param apart how far packed parts are from each other
     */
    private record Part(Bound.Param first, Bound.Param last, @Nullable Axis axis, int size, int taken,
            Dim all, int apart) {
        Bound from() {
            return axis == null ? first : new Bound.Block(axis, size, all, false);
        }

        Bound to() {
            if (axis == null) {
                return last;
            }
            Bound end = new Bound.Ahead(from(), taken);
            return taken == size && all.isConstant() && all.value() % size == 0 ? end
                    : new Bound.Clamped(end, Bound.of(0), Bound.of(all));
        }

        void enter(Scopes scopes) {
            if (axis != null) {
                scopes.enter(axis);
            }
        }

        void leave(Scopes scopes) {
            if (axis != null) {
                scopes.leave(new Bound.Runs(first, size, false), new Bound.Runs(last, size, true),
                        Stmt.Order.SEQUENTIAL, List.of());
            }
        }

        /** Where a part is packed, less {@code stride} times where it begins. */
        List<Access.Term> start(int stride) {
            return axis == null ? List.of(new Access.Term(Dim.of(-stride), first))
                    : List.of(new Access.Term(Dim.of(apart - stride * size), axis),
                            new Access.Term(Dim.of(-(apart / size)), first));
        }
    }

    /** Packs B where its steps lie side by side in memory and its columns don't, and nothing is computed. */
    private Optional<Nest> transposed(String name, Side side) {
        List<Integer> free = side.counted(side.free);
        List<Integer> contract = side.counted(side.contract);
        Dim all = side.size(side.free);
        if (!isFloat() || side.hasNeighbours || free.size() != 1 || !all.isConstant()
                || all.value() % FloatTranspose.COLUMNS != 0 || contract.isEmpty()
                || !side.patterns.isNeighbour(contract.getLast())) {
            return Optional.empty();
        }
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        digits(Bound.Param.MATRIX, side.counted(side.batch), side.patterns, scopes, position);
        Part part = part(Access.Role.B, side);
        part.enter(scopes);
        Axis group = new Axis("group");
        scopes.enter(group);
        position.put(free.getFirst(), group);
        if (!digits(Bound.Param.K0, contract, side.patterns, scopes, position)) {
            return Optional.empty();
        }
        List<Coordinate<Position>> index = new ArrayList<>(IndexMaps.at(IndexMaps.counters(
                side.operand.type().shape(), axis -> Objects.requireNonNull(position.get(axis)))));
        List<Access> columns = new ArrayList<>();
        for (int column = 0; column < 2; column++) {
            index.set(free.getFirst(),
                    Coordinate.<Position>of(group).moved(Dim.of(column), FloatTranspose.COLUMNS));
            Access place = lowering.place(side.operand, index);
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
        leaveGroups(part, FloatTranspose.COLUMNS, scopes);
        part.leave(scopes);
        return Optional.of(new Nest(name, scopes.finish()));
    }

    /**
     * Packs B where its steps lie side by side in memory and its columns don't: some columns at a time, so that what is written
     * fills lines of the cache, and fewer lines are read at a time than there may be in a set of it.
     */
    private Optional<Nest> byColumns(String name, Side side) {
        List<Integer> free = side.counted(side.free);
        Dim all = side.size(side.free);
        int together = atATime(all);
        if (side.hasNeighbours || free.size() != 1 || together == 0) {
            return Optional.empty();
        }
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        digits(Bound.Param.MATRIX, side.counted(side.batch), side.patterns, scopes, position);
        Part part = part(Access.Role.B, side);
        Scan steps = new Scan("step", wholeOf(Bound.Param.K0, Bound.Param.K1), side, side.contract, true);
        Axis group = new Axis("group");
        part.enter(scopes);
        steps.enterRuns(scopes);
        scopes.enter(group);
        steps.enter(scopes);
        position.putAll(steps.counters);
        position.put(free.getFirst(), group);
        for (int column = 0; column < together; column++) {
            List<Coordinate<Position>> index = new ArrayList<>(IndexMaps.at(IndexMaps.counters(
                    side.operand.type().shape(), axis -> Objects.requireNonNull(position.get(axis)))));
            index.set(free.getFirst(),
                    Coordinate.<Position>of(group).moved(Dim.of(column), together));
            if (lowering.place(side.operand, index) == null) {
                return Optional.empty();
            }
            List<Access.Term> terms = new ArrayList<>(steps.position(columns(dtype)));
            terms.add(new Access.Term(Dim.of(together), group));
            terms.addAll(part.start(1));
            scopes.add(new Stmt.Store(
                    new Access(new Access.Array.Packed(Access.Role.B, dtype), Dim.of(column), terms),
                    lowering.value(side.operand, index)));
        }
        steps.leave(scopes, Stmt.Order.SEQUENTIAL);
        leaveGroups(part, together, scopes);
        steps.leaveRuns(scopes);
        part.leave(scopes);
        return Optional.of(new Nest(name, scopes.finish()));
    }

    /** Closes a loop over groups of {@code size} columns, of which a part is made. */
    private static void leaveGroups(Part part, int size, Scopes scopes) {
        scopes.leave(new Bound.Runs(part.from(), size, false), new Bound.Runs(part.to(), size, false),
                Stmt.Order.SEQUENTIAL, List.of());
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

    // ---- operands in place

    /** Whether there are so few columns, and so many steps of each, that lanes should be steps. */
    private static boolean isSumOfLanes(Side b) {
        Dim columns = b.size(b.free);
        Dim steps = b.size(b.contract);
        return columns.isConstant() && columns.value() <= MOST_COLUMNS_BY_LANES
                && !(steps.isConstant() && steps.value() < LEAST_STEPS_BY_LANES);
    }

    /**
     * Where rows of the left operand, or columns of the right one, are, whose steps lie side by side in memory; or, if they are
     * {@code neighbours}, which themselves lie side by side, with steps equally far from each other.
     */
    private Optional<InPlace> linesInPlace(String name, Access.Role role, Side side, boolean neighbours) {
        List<Integer> contract = side.counted(side.contract);
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        digits(Bound.Param.MATRIX, side.counted(side.batch), side.patterns, scopes, position);
        Scan lines = role == Access.Role.STARTS
                ? new Scan("row", wholeOf(Bound.Param.M0, Bound.Param.M1), side, side.free, false)
                : new Scan("col", wholeOf(Bound.Param.N0, Bound.Param.N1), side, side.free, false);
        lines.enter(scopes);
        position.putAll(lines.counters);
        if (!isFloat() || contract.isEmpty() || !neighbours && !side.patterns.isNeighbour(contract.getLast())
                || !digits(Bound.Param.K0, contract, side.patterns, scopes, position)) {
            return Optional.empty();
        }
        Access place = storePlace(lowering, side, position, role, lines.position(1), new ArrayList<>());
        lines.leave(scopes, Stmt.Order.SEQUENTIAL);
        if (place == null) {
            return Optional.empty();
        }
        Dim step = place.stride(Bound.Param.K0);
        boolean apart = lines.isRegular() && place.stride(lines.all).isExactly(1) && step.isConstant();
        return neighbours && !apart ? Optional.empty()
                : Optional.of(new InPlace(slot(place), new Nest(name, scopes.finish()), 1,
                        Math.toIntExact(step.value())));
    }

    /** Whether a first-level cache holds all of an operand, for one matrix of a batch. */
    private static boolean isSmall(Side side) {
        Dim size = side.size(side.free).times(side.size(side.contract));
        return size.isConstant() && size.value() <= SMALL;
    }

    /** Whether it does not pay to pack the right operand, since few rows of the left one use it. */
    private static boolean isForFewRows(Side a, Side b) {
        Dim rows = a.size(a.free);
        Dim columns = b.size(b.free);
        return rows.isConstant() && rows.value() <= MOST_ROWS_IN_PLACE && columns.isConstant()
                && (a.hasNeighbours || columns.value() >= MANY_COLUMNS * rows.value());
    }

    /**
     * Where steps of the right operand are, if whole panels of its columns lie side by side in memory, one like the
     * other.
     */
    private Optional<InPlace> rightInPlace(String name, Side side) {
        Dim columns = side.size(side.free);
        if (!isFloat() || !side.hasNeighbours || !columns.isConstant() || columns.value() < columns(dtype)) {
            return Optional.empty();
        }
        Lowering lowering = new Lowering(roles, buffers);
        Scopes scopes = lowering.scopes();
        Map<Integer, Position> position = new HashMap<>();
        digits(Bound.Param.MATRIX, side.counted(side.batch), side.patterns, scopes, position);
        List<Integer> free = side.counted(side.free);
        boolean single = digits(Bound.Param.N0, free, side.patterns, scopes, position);
        Dim run = side.patterns.extent(free.getLast());
        if (!single && !(run.isConstant() && run.value() % columns(dtype) == 0)) {
            return Optional.empty();
        }
        Scan steps = new Scan("step", wholeOf(Bound.Param.K0, Bound.Param.K1), side, side.contract, true);
        steps.enterRuns(scopes);
        steps.enter(scopes);
        position.putAll(steps.counters);
        List<Lowering.Bounded> bounds = new ArrayList<>();
        Access place = storePlace(lowering, side, position, Access.Role.PLACES, steps.position(1), bounds);
        steps.leave(scopes, Stmt.Order.SEQUENTIAL);
        steps.leaveRuns(scopes);
        if (place == null) {
            return Optional.empty();
        }
        // What has one step may have any.
        Dim step = side.counted(side.contract).isEmpty() ? run : place.stride(steps.all);
        boolean regular = single && steps.isRegular() && bounds.isEmpty() && step.isConstant();
        return Optional.of(new InPlace(slot(place), new Nest(name, scopes.finish()),
                Math.toIntExact(run.value()), regular ? Math.toIntExact(step.value()) : 0));
    }

    /**
     * Whether a contraction reads windows of padding in place ({@link #rightInPlace}), and can leave out what is outside: zeros
     * around what lies side by side.
     */
    static boolean leavesOutPadding(Node product) {
        if (!(product.op() instanceof Op.Dot dot && product.input(1).op() instanceof Op.Windows windows
                && product.input(1).input(0).op() instanceof Op.Pad pad)
                || product.type().dtype() != DType.FLOAT32) {
            return false;
        }
        Node padded = product.input(1).input(0);
        Shape shape = padded.type().shape();
        int last = shape.rank() - 1;
        Dim rows = size(product.input(0), dot.batchA(), dot.contractA());
        Dim columns = size(product.input(1), dot.batchB(), dot.contractB());
        return padded.input(1).op() instanceof Op.Constant zero && zero.value().tensor().item() == 0
                && pad.interior().stream().allMatch(between -> between == 0)
                && !dot.batchB().contains(last) && !dot.contractB().contains(last)
                && !windows.axes().contains(last) && !Patterns.isPadded(pad, last)
                && arePanels(DType.FLOAT32, shape.dim(last)) && columns.isConstant() && rows.isConstant()
                && rows.value() <= MOST_ROWS_IN_PLACE && columns.value() >= MANY_COLUMNS * rows.value();
    }

    /** How many rows or columns an operand has. */
    private static Dim size(Node operand, List<Integer> batch, List<Integer> contract) {
        Shape shape = operand.type().shape();
        return Shape.of(IntStream.range(0, shape.rank())
                .filter(axis -> !batch.contains(axis) && !contract.contains(axis)).mapToObj(shape::dim)
                .toList()).size();
    }

    /**
     * Stores where the operand's element is in memory, -1 if one of {@code bounds}, which are added, is not kept; says where that is,
     * in which slot, or null if it has to be computed.
     */
    private static @Nullable Access storePlace(Lowering lowering, Side side, Map<Integer, Position> position,
            Access.Role role, List<Access.Term> target, List<Lowering.Bounded> bounds) {
        Scopes scopes = lowering.scopes();
        Access place = lowering.place(side.operand,
                IndexMaps.at(IndexMaps.counters(side.operand.type().shape(),
                        axis -> Objects.requireNonNull(position.get(axis)))),
                bounds);
        if (place == null || !(place.array() instanceof Access.Array.Slot)) {
            return null;
        }
        Value at = new Value.Extent(DType.INT32, place.offset());
        for (Access.Term term : place.terms()) {
            Value way = scopes.let(new Value.Binary(DType.INT32, Value.BinaryOp.MUL,
                    new Value.Index(DType.INT32, term.position()),
                    new Value.Extent(DType.INT32, term.stride())));
            at = scopes.let(new Value.Binary(DType.INT32, Value.BinaryOp.ADD, at, way));
        }
        for (Lowering.Bounded bounded : bounds) {
            at = scopes.let(new Value.Select(DType.INT32, lowering.isWithin(bounded), at,
                    new Value.Constant(DType.INT32, -1)));
        }
        scopes.add(new Stmt.Store(new Access(new Access.Array.Packed(role, DType.INT32), Dim.of(0), target),
                at));
        return place;
    }

    private static int slot(Access place) {
        return ((Access.Array.Slot) place.array()).index();
    }

    /**
     * The loops over a part of what some axes of an operand count together. Axes that
     * lie behind each other in memory count as one. If several are left, the last of them is a <em>run</em>: inside,
     * its loop is one of its own, clipped to the part, with a loop over the runs around everything; outside, and where a
     * run's length is named, the digits of the one counter are taken apart.
     */
    private static final class Scan {
        private final Part part;
        private final Axis all;
        /** What counts along each axis. */
        private final Map<Integer, Axis> counters = new HashMap<>();
        /** What {@link #all} counts together. */
        private final List<Axis> digits = new ArrayList<>();
        private final List<Bound> extents = new ArrayList<>();
        /** What counts within a run; null if there are none. */
        private final @Nullable Axis run;
        private final Dim length;

        Scan(String name, Part part, Side side, List<Integer> axes, boolean innermost) {
            this.part = part;
            this.all = new Axis(name);
            List<Integer> merged = side.patterns.merged(side.counted(axes),
                    axis -> counters.put(axis, Lowering.MERGED));
            this.length = merged.isEmpty() ? Dim.of(1) : side.patterns.extent(merged.getLast());
            boolean byRuns = innermost && merged.size() > 1 && length.isConstant();
            this.run = byRuns ? new Axis(name + merged.getLast()) : null;
            if (run != null) {
                counters.put(merged.removeLast(), run);
            }
            for (int axis : merged) {
                Axis counter = merged.size() == 1 ? all : new Axis(name + axis);
                counters.put(axis, counter);
                digits.add(counter);
                extents.add(Bound.of(side.patterns.extent(axis)));
            }
        }

        boolean hasRuns() {
            return run != null;
        }

        /** Whether what is counted is equally far from each other. */
        boolean isRegular() {
            return run == null && digits.size() <= 1;
        }

        /** The loop over runs, if there are any: around all others, so that what it determines is worked out once. */
        void enterRuns(Scopes scopes) {
            if (run != null) {
                enterAll(scopes);
            }
        }

        void enter(Scopes scopes) {
            if (run != null) {
                scopes.enter(run);
            } else {
                enterAll(scopes);
            }
        }

        private void enterAll(Scopes scopes) {
            scopes.enter(all);
            if (digits.size() > 1) {
                scopes.define(new Stmt.Split(all, digits, extents));
            }
        }

        void leave(Scopes scopes, Stmt.Order order) {
            int certain = Bound.distance(part.from(), part.to());
            if (run != null && certain > 0 && length.value() % certain == 0) {
                Bound start = new Bound.After(part.from(), all, Math.toIntExact(length.value()));
                scopes.leave(start, new Bound.Ahead(start, certain), order, List.of());
            } else if (run != null) {
                scopes.leave(within(part.from()), within(part.to()), order, List.of());
            } else {
                scopes.leave(part.from(), part.to(), digits.size() > 1 ? Stmt.Order.SEQUENTIAL : order,
                        List.of());
            }
        }

        void leaveRuns(Scopes scopes) {
            if (run != null) {
                int size = Math.toIntExact(length.value());
                scopes.leave(new Bound.Runs(part.from(), size, false), new Bound.Runs(part.to(), size, true),
                        Stmt.Order.SEQUENTIAL, List.of());
            }
        }

        private Bound within(Bound bound) {
            return new Bound.Clamped(new Bound.After(bound, all, Math.toIntExact(length.value())),
                    Bound.of(0), Bound.of(length));
        }

        /** How far from the beginning of the part the loops are, times {@code stride}; and where the part is packed. */
        List<Access.Term> position(int stride) {
            Dim each = Dim.of(stride);
            List<Access.Term> terms = new ArrayList<>();
            if (run == null) {
                terms.add(new Access.Term(each, all));
            } else {
                terms.add(new Access.Term(each.times(length), all));
                terms.add(new Access.Term(each, run));
            }
            terms.addAll(part.start(stride));
            return terms;
        }
    }

    /** What counts along axes that {@code all} counts together; whether that is one counter. */
    static boolean digits(Position all, List<Integer> axes, Patterns patterns, Scopes scopes,
            Map<Integer, Position> position) {
        List<Integer> merged = patterns.merged(axes, axis -> position.put(axis, Lowering.MERGED));
        if (merged.size() == 1) {
            position.put(merged.getFirst(), all);
        } else if (merged.size() > 1) {
            List<Axis> digits = merged.stream().map(axis -> new Axis(all + "" + axis)).toList();
            scopes.define(new Stmt.Split(all, digits,
                    merged.stream().map(axis -> Bound.of(patterns.extent(axis))).toList()));
            for (int i = 0; i < digits.size(); i++) {
                position.put(merged.get(i), digits.get(i));
            }
        }
        return merged.size() <= 1;
    }
}
