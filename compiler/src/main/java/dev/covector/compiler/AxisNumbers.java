package dev.covector.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the axes of all kernels, and which of them have become one: a union-find whose last unions can be
 * undone. The least number stands for all that are one.
 */
final class AxisNumbers {
    private int[] parent = new int[64];
    private int count;
    /** What was united with a lesser number, in the order of the unions. */
    private final List<Integer> united = new ArrayList<>();

    /** A number that no axis has. */
    Integer next() {
        if (count == parent.length) {
            parent = Arrays.copyOf(parent, 2 * count);
        }
        parent[count] = count;
        return count++;
    }

    /** The least number that is one with {@code axis}. */
    Integer find(Integer axis) {
        int root = axis;
        // Not shortened, so that unions can be undone; a way is no longer than a kernel has members.
        while (parent[root] != root) {
            root = parent[root];
        }
        return root;
    }

    /** Each axis as the least number that is one with it. */
    List<@Nullable Integer> find(List<@Nullable Integer> axes) {
        List<@Nullable Integer> roots = new ArrayList<>(axes.size());
        for (Integer axis : axes) {
            roots.add(axis == null ? null : find(axis));
        }
        return roots;
    }

    void unite(Integer a, Integer b) {
        int rootA = find(a);
        int rootB = find(b);
        if (rootA != rootB) {
            parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
            united.add(Math.max(rootA, rootB));
        }
    }

    /** Where the unions stand, for {@link #undo}. */
    int mark() {
        return united.size();
    }

    /** Undoes all unions since {@code mark}. */
    void undo(int mark) {
        while (united.size() > mark) {
            int axis = united.removeLast();
            parent[axis] = axis;
        }
    }
}
