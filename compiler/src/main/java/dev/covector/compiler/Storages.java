package dev.covector.compiler;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The arrays of a call: which values share one, since they are never needed in the same launch. The longest value comes
 * first and has an array; each other one, from long to short, takes the shortest array that nobody needs in its launches, else
 * a new one. So no array grows, and short values go where a long one leaves time (Pisarchyk and Lee, "Efficient Memory
 * Management for Deep Neural Net Inference", 2020: greedy by size). Lengths with names are compared as if each name were
 * {@link #NOMINAL}.
 */
final class Storages {
    private static final long NOMINAL = 64;
    /** Very many values that are all needed at once would otherwise take very long. */
    private static final int TRIED = 512;

    /** A value of so many elements, needed from launch {@code from} to launch {@code until}. */
    record Wanted(DType dtype, Dim length, int from, int until) {
        private long size() {
            return length.evaluate(name -> NOMINAL);
        }
    }

    /** An array, and its values by their first launch. */
    private record Shared(int number, Set<Dim> lengths, TreeMap<Integer, Integer> until) {
        boolean isFree(Wanted value) {
            Map.Entry<Integer, Integer> before = until.floorEntry(value.until());
            return before == null || before.getValue() < value.from();
        }

        void add(Wanted value) {
            lengths.add(value.length());
            until.put(value.from(), value.until());
        }
    }

    private final List<Program.Storage> storages;
    private final int[] of;

    private Storages(List<Program.Storage> storages, int[] of) {
        this.storages = storages;
        this.of = of;
    }

    static Storages of(List<Wanted> values) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            order.add(i);
        }
        order.sort((i, j) -> Long.compare(values.get(j).size(), values.get(i).size()));
        int[] of = new int[values.size()];
        List<DType> dtypes = new ArrayList<>();
        List<Shared> all = new ArrayList<>();
        Map<DType, List<Shared>> byType = new EnumMap<>(DType.class);
        for (int i : order) {
            Wanted value = values.get(i);
            List<Shared> made = byType.computeIfAbsent(value.dtype(), key -> new ArrayList<>());
            Shared taken = null;
            for (int j = made.size() - 1; taken == null && j >= Math.max(0, made.size() - TRIED); j--) {
                if (made.get(j).isFree(value)) {
                    taken = made.get(j);
                }
            }
            if (taken == null) {
                taken = new Shared(all.size(), new LinkedHashSet<>(), new TreeMap<>());
                all.add(taken);
                made.add(taken);
                dtypes.add(value.dtype());
            }
            taken.add(value);
            of[i] = taken.number();
        }
        List<Program.Storage> storages = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            storages.add(new Program.Storage(dtypes.get(i), List.copyOf(all.get(i).lengths())));
        }
        return new Storages(List.copyOf(storages), of);
    }

    /** The array of value {@code value}. */
    int of(int value) {
        return of[value];
    }

    List<Program.Storage> all() {
        return storages;
    }
}
