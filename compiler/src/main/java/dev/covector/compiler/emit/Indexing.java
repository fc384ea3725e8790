package dev.covector.compiler.emit;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;

/**
 * Computes the indices of accesses. Before each loop, what it doesn't change of its accesses' indices is
 * added up, so that the innermost loop is left with {@code base + i}, from which C2 can remove the range
 * check.
 */
final class Indexing {
    private final Assembler asm;
    private final Names names;
    private final Map<Access, Partial> partials = new IdentityHashMap<>();

    /** The variable that holds the sum so far, and what is left to add. */
    private record Partial(int base, List<Access.Term> rest) {}

    /** What a sum is made of. */
    private record Key(int base, Dim offset, List<Dim> strides, List<Object> positions) {}

    /** What a loop's sums replaced. */
    record Saved(Map<Access, @Nullable Partial> before) {}

    Indexing(Assembler asm, Names names) {
        this.asm = asm;
        this.names = names;
    }

    /** Adds up what is known before {@code loop}; to be undone by {@link #leave}. */
    Saved enter(Stmt.Loop loop) {
        Saved saved = new Saved(new IdentityHashMap<>());
        body(loop.body(), saved, new HashMap<>());
        return saved;
    }

    void leave(Saved saved) {
        saved.before().forEach((access, partial) -> {
            if (partial == null) {
                partials.remove(access);
            } else {
                partials.put(access, partial);
            }
        });
    }

    private void body(List<Stmt> body, Saved saved, Map<Key, Integer> sums) {
        for (Stmt stmt : body) {
            switch (stmt) {
                case Stmt.Loop loop -> body(loop.body(), saved, sums);
                case Stmt.Store store -> hoist(store.target(), store.target().array(), saved, sums);
                case Stmt.Let let -> {
                    if (let.value() instanceof Value.Load load) {
                        hoist(load.access(), load.access().array(), saved, sums);
                    }
                }
                case Stmt.Split split -> {}
                case Stmt.Sort sort -> {}
                case Stmt.Transpose transpose -> {
                    hoist(transpose.source(), transpose.source().array(), saved, sums);
                    hoist(transpose.target(), transpose.target().array(), saved, sums);
                }
            }
        }
    }

    private void hoist(Access access, Access.@Nullable Array array, Saved saved, Map<Key, Integer> sums) {
        Partial partial = partials.get(access);
        List<Access.Term> rest = partial != null ? partial.rest() : summands(access);
        List<Access.Term> ready = new ArrayList<>();
        List<Access.Term> later = new ArrayList<>();
        for (Access.Term term : rest) {
            (names.knows(term.position()) ? ready : later).add(term);
        }
        if (partial != null && ready.isEmpty() || saved.before().containsKey(access)) {
            return;
        }
        int base = partial != null ? partial.base() : array != null ? names.offset(array) : -1;
        Dim offset = partial != null ? Dim.of(0) : access.offset();
        if (base < 0 || !ready.isEmpty() || !offset.isExactly(0)) {
            List<Dim> strides = new ArrayList<>(ready.size());
            List<Object> positions = new ArrayList<>(ready.size());
            for (Access.Term term : ready) {
                strides.add(term.stride());
                positions.add(names.identity(term.position()));
            }
            Key key = new Key(base, offset, strides, positions);
            Integer known = sums.get(key);
            if (known == null) {
                sum(base, offset, ready);
                known = asm.local(DType.INT32);
                asm.store(DType.INT32, known);
                sums.put(key, known);
            }
            base = known;
        }
        saved.before().put(access, partial);
        partials.put(access, new Partial(base, List.copyOf(later)));
    }

    private static List<Access.Term> summands(Access access) {
        List<Access.Term> summands = new ArrayList<>(access.terms().size());
        for (Access.Term term : access.terms()) {
            if (!term.stride().isExactly(0)) {
                summands.add(term);
            }
        }
        return summands;
    }

    /** Leaves the index of an element of the access's array on the stack. */
    void pushElement(Access access) {
        push(access, names.offset(access.array()));
    }

    /** Leaves the affine part alone. */
    void pushAffine(Access access) {
        push(access, -1);
    }

    private void push(Access access, int arrayOffset) {
        Partial partial = partials.get(access);
        if (partial != null) {
            sum(partial.base(), Dim.of(0), partial.rest());
        } else {
            sum(arrayOffset, access.offset(), summands(access));
        }
    }

    private void sum(int base, Dim offset, List<Access.Term> terms) {
        boolean empty = true;
        if (base >= 0) {
            asm.load(DType.INT32, base);
            empty = false;
        }
        if (!offset.isExactly(0)) {
            names.push(offset);
            empty = plus(empty);
        }
        for (Access.Term term : terms) {
            names.pushIndex(term.position());
            if (!term.stride().isExactly(1)) {
                names.push(term.stride());
                asm.op(Opcodes.IMUL);
            }
            empty = plus(empty);
        }
        if (empty) {
            asm.constant(0);
        }
    }

    private boolean plus(boolean first) {
        if (!first) {
            asm.op(Opcodes.IADD);
        }
        return false;
    }
}
