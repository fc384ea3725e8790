package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nested loops under construction. A value goes to the outermost loop in which all that it is made of is known, so that
 * what does not change in a loop is computed before it; and it is computed once however often it is asked for there.
 */
final class Scopes {
    /** @param known what was remembered that is not known outside */
    private record Scope(@Nullable Axis axis, List<Stmt> body, List<Object> known) {
        Scope(@Nullable Axis axis) {
            this(axis, new ArrayList<>(), new ArrayList<>());
        }
    }

    private final List<Scope> open = new ArrayList<>();
    private final Map<Object, Value> known = new HashMap<>();
    private final Map<Axis, Integer> depthOfAxis = new IdentityHashMap<>();
    private final Map<Value, Integer> depthOfValue = new IdentityHashMap<>();

    Scopes() {
        open.add(new Scope(null));
    }

    void enter(Axis axis) {
        open.add(new Scope(axis));
        depthOfAxis.put(axis, open.size() - 1);
    }

    /** An axis that the innermost open loop's counter determines. */
    void define(Stmt.Split split) {
        for (Axis axis : split.axes()) {
            depthOfAxis.put(axis, open.size() - 1);
        }
        add(split);
    }

    void add(Stmt stmt) {
        open.getLast().body().add(stmt);
    }

    /** Closes the innermost loop. The results of its accumulators are known around it. */
    void leave(Bound lower, Bound upper, Stmt.Order order, List<Accumulator> accumulators) {
        Scope closed = open.removeLast();
        if (closed.axis() == null) {
            throw InternalCompilerException.of("no loop is open");
        }
        closed.known().forEach(known::remove);
        add(new Stmt.Loop(closed.axis(), lower, upper, order, accumulators, closed.body()));
        accumulators.forEach(accumulator -> depthOfValue.put(accumulator.result(), open.size() - 1));
    }

    /** All statements, when every loop is closed. */
    List<Stmt> finish() {
        if (open.size() != 1) {
            throw InternalCompilerException.of(open.size() - 1 + " loops are open");
        }
        return open.getFirst().body();
    }

    /** What {@code key} was {@linkplain #remember remembered} as, where that is still known. */
    @Nullable
    Value recall(Object key) {
        return known.get(key);
    }

    void remember(Object key, Value value) {
        if (known.put(key, value) != null) {
            throw InternalCompilerException.of("it is known already: " + key);
        }
        open.get(depth(value)).known().add(key);
    }

    /** Defines {@code value} as far out as it can be. */
    Value let(Value value) {
        int depth = 0;
        switch (value) {
            case Value.Constant v -> {
                return value;
            }
            case Value.Literal v -> {
                return value;
            }
            case Value.Extent v -> {
                return value;
            }
            case Value.Index v -> {
                return value;
            }
            case Value.Load v -> depth = depth(v.access());
            case Value.Unary v -> depth = depth(v.x());
            case Value.Binary v -> depth = Math.max(depth(v.a()), depth(v.b()));
            case Value.Fma v -> depth = Math.max(depth(v.a()), Math.max(depth(v.b()), depth(v.c())));
            case Value.Compare v -> depth = Math.max(depth(v.a()), depth(v.b()));
            case Value.Select v ->
                    depth = Math.max(depth(v.condition()), Math.max(depth(v.a()), depth(v.b())));
            case Value.Fallback v -> depth = Math.max(depth(v.usual()), depth(v.x()));
            case Value.Cast v -> depth = depth(v.x());
            case Value.Checked v -> depth = depth(v.index());
            case Value.Accumulated v ->
                    throw InternalCompilerException.of("an accumulator's loop defines its result");
        }
        depthOfValue.put(value, depth);
        open.get(depth).body().add(new Stmt.Let(value));
        return value;
    }

    /** Defines {@code value} in the innermost loop: for what reads memory that these loops write. */
    Value letHere(Value value) {
        depthOfValue.put(value, open.size() - 1);
        add(new Stmt.Let(value));
        return value;
    }

    private int depth(Access access) {
        int depth = 0;
        for (Access.Term term : access.terms()) {
            depth = Math.max(depth, depth(term.position()));
        }
        return depth;
    }

    private int depth(Position position) {
        return switch (position) {
            case Axis axis -> depthOfAxis.getOrDefault(axis, 0);
            case Bound.Param param -> 0;
            case Value.Constant v -> 0;
            case Value.Literal v -> 0;
            case Value.Extent v -> 0;
            case Value.Index v -> depth(v.counter());
            case Value v -> depthOfValue.getOrDefault(v, 0);
        };
    }
}
