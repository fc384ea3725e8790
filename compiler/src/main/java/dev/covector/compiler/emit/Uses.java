package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.MathFunctions;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.Dim;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a nest takes from its frame and scratch, in the order of first use; and its functions, expanded. */
final class Uses {
    final Set<Access.Array> arrays = new LinkedHashSet<>();
    final Set<Dim> dims = new LinkedHashSet<>();
    final Set<Bound.Param> params = new LinkedHashSet<>();
    final Set<Value.Literal> literals = new LinkedHashSet<>();
    boolean random;

    private final Map<Stmt.Let, List<Stmt.Let>> expansions = new IdentityHashMap<>();

    private final Flavour flavour;

    Uses(Nest nest, Flavour flavour) {
        this.flavour = flavour;
        body(nest.body(), false);
    }

    /**
     * The definitions that stand for {@code let}: itself, or the arithmetic of its function, the result last.
     */
    List<Stmt.Let> steps(Stmt.Let let) {
        List<Stmt.Let> steps = expansions.get(let);
        return steps != null ? steps : List.of(let);
    }

    /** How many definitions and stores there are. */
    int size(List<Stmt> body) {
        int size = 0;
        for (Stmt stmt : body) {
            size += switch (stmt) {
                case Stmt.Loop loop -> size(loop.body());
                case Stmt.Let let -> steps(let).size();
                case Stmt.Store store -> 1;
                case Stmt.Split split -> split.axes().size();
                case Stmt.Sort sort -> 1;
                case Stmt.Transpose transpose -> 1;
            };
        }
        return size;
    }

    private void body(List<Stmt> body, boolean lanes) {
        for (Stmt stmt : body) {
            switch (stmt) {
                case Stmt.Loop loop -> {
                    bound(loop.lower());
                    bound(loop.upper());
                    body(loop.body(), loop.order() == Stmt.Order.LANES && Distribution.isLong(loop));
                    loop.accumulators().forEach(accumulator -> operand(accumulator.operand()));
                }
                case Stmt.Let let -> let(let, lanes);
                case Stmt.Store store -> {
                    arrays.add(store.target().array());
                    access(store.target());
                    operand(store.value());
                }
                case Stmt.Split split -> {
                    position(split.source());
                    split.extents().forEach(this::bound);
                }
                case Stmt.Sort sort -> dim(sort.pairs().length());
                case Stmt.Transpose transpose -> {
                    arrays.add(transpose.source().array());
                    arrays.add(transpose.target().array());
                    access(transpose.source());
                    access(transpose.target());
                    dim(transpose.apart());
                    position(transpose.from());
                    position(transpose.to());
                }
            }
        }
    }

    /** @param lanes whether directly within a long loop whose iterations are side by side, which C2 may vectorise */
    private void let(Stmt.Let let, boolean lanes) {
        List<Stmt.Let> steps = MathFunctions.expand(let.value(), lanes && !flavour.vector());
        if (!steps.isEmpty()) {
            expansions.put(let, steps);
        }
        Value value = let.value();
        operand(value);
        Operands.of(value).forEach(this::operand);
        Access access = Operands.access(value);
        if (access != null) {
            access(access);
        }
        if (value instanceof Value.Load load) {
            arrays.add(load.access().array());
            random |= load.access().array() instanceof Access.Array.Stream;
        } else if (value instanceof Value.Checked checked) {
            dim(checked.extent());
        }
    }

    /** A constant is in the code. */
    private void dim(Dim dim) {
        if (!dim.isConstant()) {
            dims.add(dim);
        }
    }

    private void operand(Value value) {
        if (value instanceof Value.Literal literal) {
            literals.add(literal);
        } else if (value instanceof Value.Extent extent) {
            dim(extent.dim());
        } else if (value instanceof Value.Index index) {
            position(index.counter());
        }
    }

    private void access(Access access) {
        dim(access.offset());
        for (Access.Term term : access.terms()) {
            dim(term.stride());
            position(term.position());
        }
    }

    private void position(Position position) {
        if (position instanceof Value value) {
            operand(value);
        } else if (position instanceof Bound.Param param) {
            params.add(param);
        }
    }

    private void bound(Bound bound) {
        switch (bound) {
            case Bound.Extent extent -> dim(extent.dim());
            case Bound.Block block -> {
                if (block.upper()) {
                    dim(block.extent());
                }
            }
            case Bound.Runs runs -> bound(runs.value());
            case Bound.After after -> bound(after.value());
            case Bound.Clamped clamped -> {
                bound(clamped.value());
                bound(clamped.low());
                bound(clamped.high());
            }
            case Bound.Ahead ahead -> bound(ahead.base());
            case Bound.Param param -> params.add(param);
        }
    }
}
