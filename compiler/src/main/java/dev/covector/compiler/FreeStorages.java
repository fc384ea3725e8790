package dev.covector.compiler;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of a call, handed out in the order of the launches: the shortest free one that is long enough, else the
 * longest, which grows, else a new one. One that is more than {@link #TOLERATED} times too long or too short is not taken:
 * a small value that lives long would keep much memory from others. Lengths with names are compared as if each name were
 * {@link #NOMINAL}.
 */
final class FreeStorages {
    private static final long TOLERATED = 4;
    private static final long NOMINAL = 64;

    /** An array, and the last launch that needs what is in it. */
    private record Busy(int storage, int until) {}

    private final List<DType> dtypes = new ArrayList<>();
    private final List<Set<Dim>> lengths = new ArrayList<>();
    private final List<Long> sizes = new ArrayList<>();
    private final PriorityQueue<Busy> busy = new PriorityQueue<>(Comparator.comparingInt(Busy::until));
    /** The free ones of a dtype by size; of those of one size, the first is taken first. */
    private final Map<DType, TreeMap<Long, TreeSet<Integer>>> free = new EnumMap<>(DType.class);

    /** The number of an array that is free from launch {@code from} on, and is needed until {@code until}. */
    int take(DType dtype, Dim length, int from, int until) {
        while (!busy.isEmpty() && busy.element().until() < from) {
            release(busy.remove().storage());
        }
        long size = length.evaluate(name -> NOMINAL);
        Integer storage = claim(dtype, size);
        if (storage == null) {
            storage = dtypes.size();
            dtypes.add(dtype);
            lengths.add(new LinkedHashSet<>());
            sizes.add(size);
        }
        lengths.get(storage).add(length);
        sizes.set(storage, Math.max(sizes.get(storage), size));
        busy.add(new Busy(storage, until));
        return storage;
    }

    private void release(int storage) {
        free.computeIfAbsent(dtypes.get(storage), key -> new TreeMap<>())
                .computeIfAbsent(sizes.get(storage), key -> new TreeSet<>()).add(storage);
    }

    private @Nullable Integer claim(DType dtype, long size) {
        TreeMap<Long, TreeSet<Integer>> bySize = free.getOrDefault(dtype, new TreeMap<>());
        Long found = bySize.ceilingKey(size);
        if (found == null || found / TOLERATED > size) {
            found = bySize.lowerKey(size);
        }
        if (found == null || size / TOLERATED > found) {
            return null;
        }
        TreeSet<Integer> storages = Objects.requireNonNull(bySize.get(found));
        Integer storage = storages.removeFirst();
        if (storages.isEmpty()) {
            bySize.remove(found);
        }
        return storage;
    }

    List<Program.Storage> storages() {
        List<Program.Storage> storages = new ArrayList<>();
        for (int storage = 0; storage < dtypes.size(); storage++) {
            storages.add(new Program.Storage(dtypes.get(storage), List.copyOf(lengths.get(storage))));
        }
        return storages;
    }
}
