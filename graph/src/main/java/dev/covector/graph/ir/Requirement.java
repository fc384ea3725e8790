package dev.covector.graph.ir;

import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Something about a node that only a call can tell, since it depends on named dimensions.
 *
 * @param dim     what must not be negative there
 * @param problem what it means if it is; the values are added
 */
public record Requirement(Dim dim, String problem) {

    /** What a call must make sure of, before {@code node} can be computed. */
    public static List<Requirement> of(Node node) {
        List<Requirement> all = new ArrayList<>();
        List<Dim> dims = node.type().shape().dims();
        for (int axis = 0; axis < dims.size(); axis++) {
            add(all, dims.get(axis), node, "axis " + axis + " would have a negative extent");
        }
        switch (node.op()) {
            case Op.Slice slice -> {
                for (int axis = 0; axis < dims.size(); axis++) {
                    Dim extent = node.input(0).type().shape().dim(axis);
                    add(all, slice.starts().get(axis), node, "it would start before axis " + axis);
                    add(all, extent.minus(slice.limits().get(axis)), node,
                            "it would end behind axis " + axis);
                }
            }
            case Op.ReduceWindow window -> windows(all, node, window.windows());
            case Op.ArgWindow window -> windows(all, node, window.windows());
            case Op.Conv conv -> {
                Shape x = node.input(0).type().shape();
                Shape kernel = node.input(1).type().shape();
                for (int i = 0; i < conv.strides().size(); i++) {
                    add(all, kernel.dim(1 + i).plus(-1), node, "the kernel would have no elements");
                    add(all, Windows.left(conv, i, x, kernel), node,
                            "the kernel would be larger than spatial axis " + i);
                }
            }
            default -> {
            }
        }
        return all;
    }

    private static void windows(List<Requirement> all, Node node, List<Integer> windows) {
        for (int axis = 0; axis < windows.size(); axis++) {
            if (windows.get(axis) > 1) {
                add(all, Windows.left(windows.get(axis), node.input(0).type().shape().dim(axis)), node,
                        "the window would be larger than axis " + axis);
            }
        }
    }

    private static void add(List<Requirement> all, Dim dim, Node node, String problem) {
        if (!dim.isNonNegative()) {
            String name = node.name() == null ? "" : node.name() + " = ";
            String line = node.line() == null ? "" : " (" + node.line() + ")";
            all.add(new Requirement(dim, name + node.op().word() + line + ": " + problem));
        }
    }

    /** The names that are needed to compute {@code node}, its operands aside. */
    public static SortedSet<String> names(Node node) {
        SortedSet<String> names = new TreeSet<>(node.type().shape().names());
        List<Dim> dims = new ArrayList<>();
        switch (node.op()) {
            case Op.Extent extent -> dims.add(extent.dim());
            case Op.Slice slice -> {
                dims.addAll(slice.starts());
                dims.addAll(slice.limits());
            }
            case Op.Pad pad -> {
                dims.addAll(pad.low());
                dims.addAll(pad.high());
            }
            case Op.Conv conv -> {
                dims.addAll(conv.low());
                dims.addAll(conv.high());
            }
            default -> {
            }
        }
        dims.forEach(dim -> names.addAll(dim.names()));
        return names;
    }
}
