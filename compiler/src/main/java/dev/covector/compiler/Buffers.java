package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The slots, literals and checks of a function, numbered in the order in which kernels ask for them. */
final class Buffers {
    private final Roles roles;
    private final Map<Node, Integer> slots = new HashMap<>();
    private final List<Node> bySlot = new ArrayList<>();
    private final List<Double> reals = new ArrayList<>();
    private final List<Long> integers = new ArrayList<>();
    private final Map<Literal, Integer> literalSlots = new HashMap<>();
    private final List<Literal> literals = new ArrayList<>();
    private final List<String> checks = new ArrayList<>();

    Buffers(Roles roles) {
        this.roles = roles;
    }

    /** The slot whose elements are those of {@code node}, in row-major order. */
    Access.Array.Slot of(Node node) {
        Node holder = holder(node);
        int slot = slots.computeIfAbsent(holder, key -> {
            bySlot.add(key);
            return bySlot.size() - 1;
        });
        String name = holder.name() != null ? holder.name() : holder.op().word() + "_" + holder.id();
        boolean atStart = !(holder.op() instanceof Op.Input) && !isData(holder);
        return new Access.Array.Slot(slot, holder.type().dtype(), name, atStart);
    }

    /** The node whose kernel writes the elements of {@code node}: a view has none of its own. */
    Node holder(Node node) {
        Node at = node;
        while (roles.of(at) == Roles.Role.VIEW) {
            at = at.input(0);
        }
        return at;
    }

    List<Node> bySlot() {
        return bySlot;
    }

    /** The slot of a scalar literal, among the reals or the integers. */
    int literal(Literal literal) {
        return literalSlots.computeIfAbsent(literal, key -> {
            literals.add(key);
            Tensor tensor = key.tensor();
            if (tensor.dtype().isFloating()) {
                reals.add(tensor.item());
                return reals.size() - 1;
            }
            integers.add(tensor.dtype() == DType.BOOL ? (long) tensor.item() : tensor.getLong());
            return integers.size() - 1;
        });
    }

    /** The number of a check of the indices that {@code node} takes. */
    int check(Node node) {
        checks.add((node.name() != null ? node.name() + " = " : "") + node.op().word()
                + (node.line() != null ? " (" + node.line() + ")" : ""));
        return checks.size() - 1;
    }

    /** How much kernels have asked for, for {@link #undo}. */
    record Mark(int slots, int literals, int checks) {}

    Mark mark() {
        return new Mark(bySlot.size(), literals.size(), checks.size());
    }

    /** Forgets what was asked for since {@code mark}, by a kernel that is not made after all. */
    void undo(Mark mark) {
        while (bySlot.size() > mark.slots()) {
            slots.remove(bySlot.removeLast());
        }
        while (literals.size() > mark.literals()) {
            Literal literal = literals.removeLast();
            literalSlots.remove(literal);
            if (literal.tensor().dtype().isFloating()) {
                reals.removeLast();
            } else {
                integers.removeLast();
            }
        }
        while (checks.size() > mark.checks()) {
            checks.removeLast();
        }
    }

    /** What each check says when it fails. */
    List<String> checks() {
        return checks;
    }

    double[] reals() {
        double[] all = new double[reals.size()];
        Arrays.setAll(all, reals::get);
        return all;
    }

    long[] integers() {
        long[] all = new long[integers.size()];
        Arrays.setAll(all, integers::get);
        return all;
    }

    /** Whether {@code node} is data of the graph that a slot must hold. */
    static boolean isData(Node node) {
        return node.op() instanceof Op.Constant;
    }
}
