package dev.covector.compiler;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of a call, handed out in the order of the launches: one that has held the same length before if there is
 * such a one, else any of the dtype, else a new one.
 */
final class FreeStorages {
    /** An array, and the last launch that needs what is in it. */
    private record Busy(int storage, int until) {}

    private final List<DType> dtypes = new ArrayList<>();
    private final List<Set<Dim>> lengths = new ArrayList<>();
    private final PriorityQueue<Busy> busy = new PriorityQueue<>(Comparator.comparingInt(Busy::until));
    private final Map<DType, TreeSet<Integer>> ofType = new HashMap<>();
    private final Map<Key, TreeSet<Integer>> ofLength = new HashMap<>();

    private record Key(DType dtype, Dim length) {}

    /** The number of an array that is free from launch {@code from} on, and is needed until {@code until}. */
    int take(DType dtype, Dim length, int from, int until) {
        while (!busy.isEmpty() && busy.element().until() < from) {
            release(busy.remove().storage());
        }
        Integer storage = first(ofLength.get(new Key(dtype, length)));
        if (storage == null) {
            storage = first(ofType.get(dtype));
        }
        if (storage == null) {
            storage = dtypes.size();
            dtypes.add(dtype);
            lengths.add(new LinkedHashSet<>());
        } else {
            claim(storage);
        }
        lengths.get(storage).add(length);
        busy.add(new Busy(storage, until));
        return storage;
    }

    private static @Nullable Integer first(@Nullable TreeSet<Integer> storages) {
        return storages == null || storages.isEmpty() ? null : storages.first();
    }

    private void release(int storage) {
        DType dtype = dtypes.get(storage);
        ofType.computeIfAbsent(dtype, key -> new TreeSet<>()).add(storage);
        for (Dim length : lengths.get(storage)) {
            ofLength.computeIfAbsent(new Key(dtype, length), key -> new TreeSet<>()).add(storage);
        }
    }

    private void claim(Integer storage) {
        DType dtype = dtypes.get(storage);
        ofType.getOrDefault(dtype, new TreeSet<>()).remove(storage);
        for (Dim length : lengths.get(storage)) {
            ofLength.getOrDefault(new Key(dtype, length), new TreeSet<>()).remove(storage);
        }
    }

    List<Program.Storage> storages() {
        List<Program.Storage> storages = new ArrayList<>();
        for (int storage = 0; storage < dtypes.size(); storage++) {
            storages.add(new Program.Storage(dtypes.get(storage), List.copyOf(lengths.get(storage))));
        }
        return storages;
    }
}
